/** The operations by which a caller would learn of a tenant: all of a schema's, with arguments that name what is the tenant's. */
import type { GraphQLSchema } from 'graphql';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import {
  type ArgumentValues,
  entityOperations,
  type GeneratedOperation,
  nodeOperations,
  rootOperations,
} from './generated-operations.js';
import type { Tenant } from './two-tenants.js';

export function argumentsFor(tenant: Tenant): ArgumentValues {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  return {
    outletId: tenant.outletId,
    orderId: tenant.orderId,
    customerId: tenant.guest.customerId,
    scope: { outletId: tenant.outletId },
    franchiseId: tenant.franchiseId,
    month: day(0).slice(0, 7),
    from: day(-1),
    to: day(1),
    first: 50,
    kind: 'OUTLETS',
    resolution: 'DAY',
    'id:Order': tenant.orderId,
    'id:Payment': tenant.paymentId,
    'id:StockItem': tenant.stockItemId,
    'id:Outlet': tenant.outletId,
    'id:Promotion': tenant.promotionId,
    'id:Till': tenant.tillId,
    'id:Supplier': tenant.supplierId,
    'id:PurchaseOrder': tenant.purchaseOrderId,
    'id:Transfer': tenant.transferId,
    'id:StockCount': tenant.stockCountId,
    day: tenant.closedDay,
  };
}

/** The arguments that select among what `argumentsFor` names. */
function narrowingArgumentsFor(tenant: Tenant): ArgumentValues {
  return {
    ...argumentsFor(tenant),
    scope: { franchiseId: tenant.franchiseId },
    actorId: tenant.manager.customerId,
    entityId: tenant.paymentId,
    action: 'refundPayment',
    status: 'READY',
    station: 'Bar',
    state: 'SENT',
    role: 'BARISTA',
    method: 'CASH',
    kind: 'SHELVES',
    'status:OutletConnection': 'CLOSED',
    by: 'MENU_ITEM',
    compareWith: 'SAME_WEEKDAY',
    likeForLike: true,
    asOf: new Date().toISOString(),
    'by:UsageReport': 'HOUR',
    'by:SalesForecast': 'HOUR',
    'menuItemId:SalesForecast': CATALOGUE.menuItems[0]?.id ?? newId(),
    days: 28,
    rewardDiscount: 1_000,
    'kind:StockMovementConnection': ['COUNT'],
    'provider:SettlementConnection': 'XENDIT',
    category: 'MILK_TEA',
    isOffered: false,
    isArchived: true,
    'state:PromotionConnection': 'PLANNED',
    'state:TransferConnection': ['SENT'],
    'state:StockCountConnection': ['OPEN'],
    'state:WebhookDeliveryConnection': 'WAITING',
    isCounted: true,
    isDifferent: true,
    search: 'a',
    city: 'Jakarta',
    belowReorderPoint: false,
    isOpen: true,
    isActive: true,
    supplierId: tenant.supplierId,
    stockItemId: tenant.stockItemId,
    until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    ingredientId: CATALOGUE.stockItems.find(({ id }) => id === tenant.stockItemId)?.ingredientId ?? newId(),
    'status:PurchaseOrderConnection': ['SENT', 'PARTLY_RECEIVED'],
    stockItemIds: [tenant.stockItemId],
    first: undefined,
    last: 50,
    after: '',
    before: '',
  };
}

/** Queries and lookups of entities. @param ids that are looked up. */
export function queriesOn(
  schema: GraphQLSchema,
  tenant: Tenant,
  ids: Iterable<string>,
): GeneratedOperation[] {
  const values = argumentsFor(tenant);
  return [
    ...rootOperationsOn(schema, 'query', tenant),
    ...entityOperations(schema, ids, values),
    ...nodeOperations(schema, ids, values),
  ];
}

export function subscriptionsOn(schema: GraphQLSchema, tenant: Tenant): GeneratedOperation[] {
  return rootOperationsOn(schema, 'subscription', tenant);
}

/** With the arguments that name, and again with those that select, where there are any. */
function rootOperationsOn(
  schema: GraphQLSchema,
  kind: 'query' | 'subscription',
  tenant: Tenant,
): GeneratedOperation[] {
  const wide = rootOperations(schema, kind, argumentsFor(tenant));
  const known = new Set(wide.map(({ source }) => source));
  const narrow = rootOperations(schema, kind, narrowingArgumentsFor(tenant));
  return [...wide, ...narrow.filter(({ source }) => !known.has(source))];
}
