/**
 * The public event types, each with its version, what it says, and the shape of its `data`. The shapes are a promise of their own: what third
 * parties need, by ids and not by names of people, and nothing that people wrote. Amounts are `{ amount, currency }`, as in the API. `docs/events/`
 * has them as JSON Schema, which `npm run check` compares, with those of the last release as well.
 */
import { z } from 'zod';
import { outletStatus } from '../../../platform/kit/opening-hours.js';

const id = z.guid();
const moment = z.iso.datetime();
const count = z.int();
const money = z
  .strictObject({ amount: z.int(), currency: z.string() })
  .describe('An amount in whole units of its currency.');

const order = {
  orderId: id,
  number: z.string(),
  customerId: id.nullable().describe('Null for a guest without an account.'),
  ...{ outletId: id, franchiseId: id },
  isCounter: z.boolean().describe('Staff took the order at the counter.'),
};
const payment = { paymentId: id, orderId: id, customerId: id.nullable(), outletId: id, franchiseId: id };
const captured = {
  ...payment,
  amount: money.describe('All that was captured, the tip included.'),
  ...{ tip: money, method: z.string(), paidAt: moment },
};
const dispute = { ...payment, disputeId: id, amount: money };
const stockItem = { stockItemId: id, outletId: id, franchiseId: id, ingredientName: z.string() };
const purchaseOrder = {
  purchaseOrderId: id,
  number: count.describe('From 1 on, by outlet.'),
  ...{ outletId: id, franchiseId: id, supplierId: id },
  status: z.enum(['APPROVED', 'SENT', 'PARTLY_RECEIVED', 'RECEIVED', 'CANCELLED']),
  expectedOn: z.iso.date().nullable().describe('Null before the order is sent.'),
  total: money,
};

interface PublicShape<Data extends z.ZodRawShape = z.ZodRawShape> {
  /** Raised by a change of the shape that receivers cannot read; new optional fields do not raise it. */
  readonly version: number;
  readonly description: string;
  readonly data: z.ZodObject<Data, z.core.$strict>;
}

function shape<Data extends z.ZodRawShape>(
  version: number,
  description: string,
  data: Data,
): PublicShape<Data> {
  return { version, description, data: z.strictObject(data) };
}

export const PUBLIC_SHAPES = {
  'order.placed': shape(1, 'An order was placed; stock has not promised it yet.', {
    ...{ ...order, total: money, placedAt: moment },
    lines: z.array(
      z.strictObject({
        ...{ menuItemId: id, name: z.string(), quantity: count },
        options: z.array(z.string()).describe('The names of those chosen.'),
        subtotal: money,
      }),
    ),
  }),
  'order.awaiting-payment': shape(1, 'Stock has promised an order: it waits for its payment.', {
    ...order,
    total: money,
  }),
  'order.rejected': shape(1, 'Stock could not promise an order.', {
    ...order,
    soldOut: z.array(z.strictObject({ menuItemId: id, name: z.string() })),
  }),
  'order.cancelled': shape(1, 'An order was cancelled.', order),
  'order.paid': shape(1, 'An order is paid: the kitchen can begin.', {
    ...order,
    total: money,
    paymentId: id,
  }),
  'order.preparing': shape(1, 'The kitchen has begun an order.', order),
  'order.ready': shape(1, 'An order can be picked up.', order),
  'order.completed': shape(1, 'An order was handed over.', { ...order, total: money }),
  'order.refunded': shape(1, 'All of an order’s money was given back.', { ...order, total: money }),
  'order.step-undone': shape(
    1,
    'The kitchen took back its last step: the order has again the status that it had before.',
    {
      ...order,
      undone: z.enum(['PREPARING', 'READY', 'COMPLETED']),
      status: z.enum(['PAID', 'PREPARING', 'READY']),
    },
  ),
  'outlet.changed': shape(1, 'An outlet was created, changed, opened, paused or closed.', {
    ...{ outletId: id, franchiseId: id, name: z.string(), city: z.string(), address: z.string() },
    ...{ phone: z.string(), timeZone: z.string(), status: outletStatus },
    pausedUntil: moment.nullable().describe('When a pause ends by itself; null otherwise.'),
  }),
  'payment.captured': shape(1, 'A payment was captured, and its order’s total is met by it.', captured),
  'payment.part-captured': shape(1, 'A payment of part of an order’s total was captured.', captured),
  'payment.failed': shape(1, 'A payment failed.', payment),
  'payment.refunded': shape(1, 'All or part of a payment was given back.', {
    ...{ ...payment, refundId: id },
    amount: money.describe('What this refund gave back.'),
    refundedTotal: money.describe('What the payment’s refunds have given back so far, this one included.'),
    ...{ capturedTotal: money, isFull: z.boolean(), refundedAt: moment },
  }),
  'payment.dispute-opened': shape(1, 'A payment is disputed.', dispute),
  'payment.dispute-closed': shape(1, 'A dispute was won or lost.', {
    ...dispute,
    outcome: z.enum(['WON', 'LOST']),
  }),
  'purchase-order.approved': shape(1, 'An order to a supplier was approved.', purchaseOrder),
  'purchase-order.sent': shape(1, 'An order to a supplier was sent.', purchaseOrder),
  'purchase-order.received': shape(1, 'A delivery came for an order to a supplier.', {
    ...purchaseOrder,
    deliveryId: id,
  }),
  'purchase-order.closed': shape(1, 'The rest of an order to a supplier will not come.', purchaseOrder),
  'purchase-order.cancelled': shape(
    1,
    'An order to a supplier was cancelled before anything came.',
    purchaseOrder,
  ),
  'stock.low': shape(1, 'A stock item fell to its reorder point.', {
    ...stockItem,
    available: count.describe('In the stock item’s unit.'),
    reorderPoint: count,
  }),
  'stock.expiring': shape(1, 'Goods of a delivery expire soon.', {
    ...stockItem,
    bestBefore: z.iso.date().describe('The last day on which they are good.'),
    daysLeft: count.describe('Below 0 for what has expired.'),
    quantity: count,
  }),
  'stock.at-risk': shape(1, 'A stock item fell below what is promised to orders.', {
    ...stockItem,
    orderIds: z.array(id),
  }),
  'stock.sold-out-changed': shape(
    1,
    'No serving of a menu item is left at an outlet, or there is one again.',
    {
      ...{ outletId: id, franchiseId: id, menuItemId: id, isSoldOut: z.boolean(), at: moment },
    },
  ),
};

export type PublicType = keyof typeof PUBLIC_SHAPES;
/** What a type's `data` has to be. */
export type PublicData<Type extends PublicType> = z.output<(typeof PUBLIC_SHAPES)[Type]['data']>;

/** Names the schema of a version of a type: `dataschema` of its events, `$id` of its schema. */
export function schemaIdOf(type: string, version: number): string {
  return `urn:kedai:event:${type}:${version}`;
}
