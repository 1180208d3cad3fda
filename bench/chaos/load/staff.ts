/**
 * Staff: kitchens advance their queues, some payments are refunded, deliveries are received and stock is counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { dispute } from './disputes.js';
import { repeat, type Shift } from './shift.js';

const KITCHEN_PAUSE_MILLISECONDS = 1_000;
const NEXT_STEPS: Readonly<Record<string, readonly [mutation: string, status: string]>> = {
  PAID: ['startPreparing', 'PREPARING'],
  PREPARING: ['markReady', 'READY'],
  READY: ['completeOrder', 'COMPLETED'],
};

const paymentSchema = z.object({
  id: z.string(),
  method: z.string(),
  amount: z.object({ amount: z.number() }),
});
const queued = z.array(
  z.object({
    id: z.string(),
    status: z.string(),
    payment: paymentSchema.nullable(),
  }),
);
const moved = z.object({ order: z.object({ id: z.string() }).nullable(), userErrors: z.array(z.unknown()) });
const counted = z.object({
  nodes: z.array(z.object({ id: z.string(), tracking: z.string(), onHand: z.number() })),
});

type Queued = z.infer<typeof queued>[number];

export async function kitchens(shift: Shift): Promise<void> {
  const pause = () =>
    sleep(KITCHEN_PAUSE_MILLISECONDS, undefined, { signal: shift.closing }).catch(() => undefined);
  await Promise.all(
    shift.outletIds.map((outletId) => repeat(shift, pause, () => stepQueue(shift, outletId))),
  );
}

async function stepQueue(shift: Shift, outletId: string): Promise<void> {
  const { headOffice, closing, random } = shift;
  const queue = await headOffice.execute(
    queued,
    `query ($outletId: ID!) { kitchenQueue(outletId: $outletId) {
       id status payment { id method amount { amount } } } }`,
    { outletId },
  );
  for (const order of queue) {
    if (closing.aborted) return;
    if (random.chance(0.7)) await step(shift, order);
    if (random.chance(0.05)) await undo(shift, order);
    if (random.chance(0.03)) await remake(shift, order);
    if (random.chance(0.02)) await discard(shift, order);
    if (random.chance(0.03)) await refund(shift, order);
    if (random.chance(0.03) && order.payment !== null) await dispute(shift, order.payment);
  }
}

async function step(
  { headOffice, acknowledged, tally, closed }: Shift,
  { id, status }: Queued,
): Promise<void> {
  const [mutation, next] = NEXT_STEPS[status] ?? [];
  if (mutation === undefined) return;
  const { order, userErrors } = await headOffice.executeUntilAnswered(
    moved,
    `mutation ($id: ID!) { ${mutation}(orderId: $id) { order { id } userErrors { code } } }`,
    { id },
    closed,
  );
  if (order === null || userErrors.length > 0) return;
  acknowledged.steps.add(`${id} ${next}`);
  if (next === 'COMPLETED') tally.count('orders completed');
}

/** Takes the order's last step back, if there is one of the last minute. */
async function undo({ headOffice, tally, closed }: Shift, { id }: Queued): Promise<void> {
  const { order } = await headOffice.executeUntilAnswered(
    moved,
    'mutation ($id: ID!) { undoStep(orderId: $id) { order { id } userErrors { code } } }',
    { id },
    closed,
  );
  if (order !== null) tally.count('steps undone');
}

async function remake({ headOffice, tally, closed }: Shift, { id }: Queued): Promise<void> {
  const { order } = await headOffice.executeUntilAnswered(
    moved,
    'mutation ($input: RemakeLinesInput!) { remakeLines(input: $input) { order { id } userErrors { code } } }',
    { input: { orderId: id, lineIds: [`${id}.0`], reason: 'Tumpah' } },
    closed,
  );
  if (order !== null) tally.count('lines remade');
}

/** Cancels an order while it is made. */
async function discard(
  { random, headOffice, acknowledged, tally, closed }: Shift,
  { id }: Queued,
): Promise<void> {
  const { order } = await headOffice.executeUntilAnswered(
    moved,
    `mutation ($id: ID!, $drink: DrinkOutcome!) {
       cancelOrder(orderId: $id, reason: "Susu basi", drink: $drink) { order { id } userErrors { code } } }`,
    { id, drink: random.pick(['WASTED', 'GIVEN_AWAY']) },
    closed,
  );
  if (order === null) return;
  acknowledged.cancelled.add(id);
  tally.count('orders cancelled while made');
}

async function refund(
  { random, headOffice, acknowledged, tally, closed }: Shift,
  { payment }: Queued,
): Promise<void> {
  if (payment === null) return;
  const idempotencyKey = newId();
  const whole = payment.amount.amount;
  const answer = await headOffice.executeUntilAnswered(
    z.object({ refund: z.object({ id: z.string() }).nullable() }),
    'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { refund { id } userErrors { code } } }',
    {
      input: {
        paymentId: payment.id,
        amount: random.chance(0.5) ? whole : random.between(1, whole),
        reason: 'Tumpah',
        idempotencyKey,
      },
    },
    closed,
  );
  if (answer.refund === null) return;
  acknowledged.record(acknowledged.refunds, idempotencyKey, answer.refund.id);
  tally.count('refunds');
}

/** Counted goods are delivered and recounted now and then. */
export async function storekeepers(shift: Shift): Promise<void> {
  const { random, closing, headOffice } = shift;
  await repeat(
    shift,
    () => sleep(random.between(500, 2_500), undefined, { signal: closing }).catch(() => undefined),
    async () => {
      const outletId = random.pick(shift.outletIds);
      const { nodes } = await headOffice.execute(
        counted,
        'query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) { nodes { id tracking onHand } } }',
        { outletId },
      );
      const item = random.pick(nodes.filter(({ tracking }) => tracking === 'COUNT'));
      if (random.chance(0.5)) await receive(shift, outletId, item.id);
      else await count(shift, item.id, item.onHand + random.between(0, 5));
    },
  );
}

async function receive(
  { random, headOffice, acknowledged, tally, closed }: Shift,
  outletId: string,
  stockItemId: string,
): Promise<void> {
  const idempotencyKey = newId();
  const { delivery } = await headOffice.executeUntilAnswered(
    z.object({ delivery: z.object({ id: z.string() }).nullable() }),
    'mutation ($input: ReceiveDeliveryInput!) { receiveDelivery(input: $input) { delivery { id } userErrors { code } } }',
    { input: { outletId, lines: [{ stockItemId, quantity: random.between(1, 20) }], idempotencyKey } },
    closed,
  );
  if (delivery === null) return;
  acknowledged.record(acknowledged.deliveries, idempotencyKey, delivery.id);
  tally.count('deliveries');
}

async function count(
  { headOffice, acknowledged, tally, closed }: Shift,
  stockItemId: string,
  countedOnHand: number,
) {
  const [idempotencyKey, reason] = [newId(), `Hitung ${newId()}`];
  const { stockItem } = await headOffice.executeUntilAnswered(
    z.object({ stockItem: z.object({ id: z.string() }).nullable() }),
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { stockItem { id } userErrors { code } } }',
    { input: { stockItemId, countedOnHand, reason, idempotencyKey } },
    closed,
  );
  if (stockItem === null) return;
  acknowledged.counts.add(reason);
  tally.count('counts');
}
