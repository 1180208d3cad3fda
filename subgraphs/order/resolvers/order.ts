/** `Order` and its lines. By reference or by id, an order is the caller's own or one of an outlet where the caller works. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { translated } from '../../../platform/language/translate.js';
import { rupiah } from '../../../platform/money.js';
import type {
  OrderLineOptionResolvers,
  OrderLineResolvers,
  OrderRejectionResolvers,
  OrderResolvers,
  RejectedLineResolvers,
  SubstitutionResolvers,
  TaxResolvers,
} from '../../../schema/types/order.js';
import type { Context } from '../context.js';
import { inEnglish, itemInEnglish } from '../domain/english-names.js';
import { estimatedReadyAt } from '../domain/estimate.js';
import { lineIdOf, type Substitution as OfferedSubstitution, type OrderRecord } from '../domain/order.js';
import { isMade } from '../domain/order-state.js';
import { isOwnReason } from '../domain/reasons.js';
import { mayBeSubstituted, substituteOf } from '../domain/substitution.js';
import type { OrderLine as OrderLineParent } from './parents.js';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.order.load(id),
  customer: ({ customerId }) => (customerId === null ? null : { id: customerId }),
  guest: (order, _args, { identity, loaders }) =>
    order.placedBy !== null && covers(scopeFor(identity, 'orders:read'), order)
      ? loaders.guest.load(order.id)
      : null,
  outlet: ({ outletId }) => ({ id: outletId }),
  lines: (order, _args, context) => linesOf(order, context),
  statusReason: ({ statusReason }, _args, { language }) =>
    statusReason !== null && isOwnReason(statusReason) ? translated(statusReason, language) : statusReason,
  async substitution(order, _args, context) {
    const { status } = order;
    const substitution = await substitutionOf(order, context);
    if (substitution === null) return null;
    const isOpen = substitution.status === 'OFFERED' || substitution.status === 'ACCEPTED';
    if (isOpen && !mayBeSubstituted(status)) return null;
    const lines = await linesOf(order, context);
    return { ...substitution, lines: lines.filter((line) => substitution.positions.includes(line.position)) };
  },
  rejection: (order) => (order.status === 'REJECTED' ? { order } : null),
  rewardDiscount: ({ rewardDiscount }) => rupiah(rewardDiscount),
  serviceCharge: ({ serviceCharge }) => rupiah(serviceCharge),
  taxes: ({ taxes }) => [...taxes],
  rounding: ({ rounding }) => rupiah(rounding),
  total: ({ total }) => rupiah(total),
  redemptionIds: ({ id, rewardDiscount }, _args, { loaders }) =>
    rewardDiscount === 0 ? [] : loaders.redemptionIds.load(id),
  statusHistory: ({ id }, _args, { loaders }) => loaders.statusHistory.load(id),
  async estimatedReadyAt(parent, _args, { loaders }) {
    if (estimatedReadyAt(parent, 0, new Date()) === null) return null;
    return estimatedReadyAt(parent, await loaders.secondsBefore.load(parent), new Date());
  },
};

type Reading = Pick<Context, 'loaders' | 'language' | 'identity'>;

/** Its guest, who prefers that. */
function readsInEnglish({ customerId }: OrderRecord, { language, identity }: Reading): boolean {
  return language === 'en' && customerId !== null && customerId === identity.customerId;
}

/** With what the order says of them; to its guest in English where they prefer it. */
async function linesOf(order: OrderRecord, context: Reading): Promise<OrderLineParent[]> {
  const { loaders } = context;
  const lines = await loaders.lines.load(order.id);
  const substitution = await substitutionOf(order, context);
  const shown = readsInEnglish(order, context)
    ? lines.map(async (line) => inEnglish(line, await loaders.itemNames.load(line.menuItemId)))
    : lines;
  return (await Promise.all(shown)).map((line) => ({
    ...{ ...line, outletId: order.outletId },
    substitute: substituteOf(line, substitution),
    isReady: line.readyAt !== null || isMade(order.status),
  }));
}

/** Named as `linesOf` names lines. */
async function substitutionOf(order: OrderRecord, context: Reading): Promise<OfferedSubstitution | null> {
  const { substitution } = order;
  if (substitution === null || !readsInEnglish(order, context)) return substitution;
  const item = await context.loaders.itemNames.load(substitution.menuItemId);
  return { ...substitution, name: itemInEnglish(substitution.name, item) };
}

export const Substitution: SubstitutionResolvers = {
  menuItem: ({ menuItemId }) => ({ id: menuItemId }),
};

export const OrderRejection: OrderRejectionResolvers = {
  code: () => 'OUT_OF_STOCK',
  async lines({ order }, _args, context) {
    const { loaders, identity } = context;
    const rejected = await loaders.rejectedLines.load(order.id);
    if (rejected.length === 0) return [];
    const lines = await linesOf(order, context);
    const isShown = covers(scopeFor(identity, 'stock:read'), order);
    return rejected.map(({ position, available, ...each }) => ({
      ...each,
      line: lines.find((line) => line.position === position) ?? null,
      available: isShown ? available : null,
    }));
  },
};

export const RejectedLine: RejectedLineResolvers = {
  option: ({ line, optionId }) => line?.options.find(({ id }) => id === optionId) ?? null,
  ingredient: ({ ingredientId }) => ({ id: ingredientId }),
};

export const Tax: TaxResolvers = {
  rate: ({ rate }) => rate / 100,
  base: ({ base }) => rupiah(base),
  amount: ({ amount }) => rupiah(amount),
};

export const OrderLine: OrderLineResolvers = {
  id: ({ orderId, position }) => lineIdOf(orderId, position),
  menuItem: ({ menuItemId }) => ({ id: menuItemId }),
  substitute: ({ substitute }) => substitute && { id: substitute.menuItemId },
  substituteName: ({ substitute }) => substitute?.name ?? null,
  station: async ({ outletId, menuItemId, substitute }, _args, { loaders }) =>
    (await loaders.stations.load(outletId)).get(substitute?.menuItemId ?? menuItemId) ?? null,
  unitPrice: ({ unitPrice }) => rupiah(unitPrice),
  discount: ({ discount }) => rupiah(discount),
  subtotal: ({ subtotal }) => rupiah(subtotal),
};

export const OrderLineOption: OrderLineOptionResolvers = {
  group: ({ groupName }) => (groupName === null ? null : { name: groupName }),
  priceDelta: ({ priceDelta }) => rupiah(priceDelta),
};
