/**
 * Guests: each orders, some with a reward; most pay, some by two methods at once, some in parts and with a tip; some cancel before or
 * after, some leave unpaid. A request without an answer is retried with the same key; some requests are repeated although they were answered.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { redeem } from './discounts.js';
import { type Person, Refused } from './person.js';
import { repeat, type Shift } from './shift.js';

const GUESTS = 5;
const METHODS = ['CARD', 'GOPAY', 'QRIS', 'OVO', 'DANA', 'CASH'] as const;
/** More than any order comes to. */
const GIVEN = 1_000_000;
const MENU = CATALOGUE.menuItems.filter(({ isLimited, season }) => !isLimited && season === null);

const placed = z.object({ order: z.object({ id: z.string() }).nullable() });
const paid = z.object({
  payment: z.object({ id: z.string(), method: z.string() }).nullable(),
  userErrors: z.array(z.object({ code: z.string() })),
});
const moved = z.object({ order: z.object({ id: z.string() }).nullable(), userErrors: z.array(z.unknown()) });

export async function guests(shift: Shift): Promise<void> {
  const all = await Promise.all(Array.from({ length: GUESTS }, () => shift.newGuest()));
  await Promise.all(
    all.map((guest, number) => {
      const own = { ...shift, random: shift.random.of(`guest ${number}`) };
      return repeat(
        shift,
        () =>
          sleep(own.random.between(200, 1_400), undefined, { signal: shift.closing }).catch(() => undefined),
        () => visit(own, guest),
      );
    }),
  );
}

async function visit(shift: Shift, guest: Person): Promise<void> {
  const { random, tally } = shift;
  const lines = wishedLines(random);
  const redemptionId = random.chance(0.3) ? await redeem(shift, guest) : undefined;
  const redemptionIds = redemptionId === undefined ? [] : [redemptionId];
  const orderId = await placeOrder(shift, guest, {
    outletId: random.pick(shift.outletIds),
    lines,
    redemptionIds,
  });
  if (orderId === undefined) return;
  if (random.chance(0.1)) return cancel(shift, guest, orderId);
  if (random.chance(0.1)) return tally.count('left unpaid');
  if (random.chance(0.2)) await payInParts(shift, guest, orderId);
  await Promise.all(
    Array.from({ length: random.chance(0.1) ? 2 : 1 }, () =>
      pay(shift, guest, orderId, random.pick(METHODS)),
    ),
  );
  if (random.chance(0.08)) await cancel(shift, guest, orderId);
}

export function wishedLines(random: Shift['random']): { menuItemId: string; quantity: number }[] {
  return random
    .shuffled(MENU)
    .slice(0, random.between(1, 3))
    .map(({ id }) => ({ menuItemId: id, quantity: random.between(1, 3) }));
}

/** The order's id; undefined when it was refused. */
export async function placeOrder(
  { random, tally, acknowledged, closed }: Shift,
  guest: Person,
  wish: {
    outletId: string;
    lines: readonly { menuItemId: string; quantity: number }[];
    redemptionIds?: readonly string[];
    guest?: { readonly table: string };
  },
): Promise<string | undefined> {
  const idempotencyKey = newId();
  for (let requests = random.chance(0.2) ? 2 : 1; requests > 0; requests -= 1) {
    const { order } = await guest.executeUntilAnswered(
      placed,
      'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }',
      { input: { ...wish, idempotencyKey } },
      closed,
    );
    if (order === null) break;
    acknowledged.record(acknowledged.placed, idempotencyKey, order.id);
  }
  const orderId = acknowledged.placed.get(idempotencyKey);
  tally.count(orderId === undefined ? 'orders refused' : 'orders placed');
  return orderId;
}

/** Some parts at once, of which the last payment pays what they leave; some are given up again. */
async function payInParts(shift: Shift, guest: Person, orderId: string): Promise<void> {
  const { random, tally, closed } = shift;
  await Promise.all(
    Array.from({ length: random.between(1, 3) }, async () => {
      const money = { amount: random.between(1_000, 20_000), tip: random.chance(0.5) ? 2_000 : 0 };
      const isGivenUp = random.chance(0.2);
      const paymentId = await pay(shift, guest, orderId, random.pick(METHODS), money);
      if (paymentId === undefined || !isGivenUp) return;
      await guest.executeUntilAnswered(
        z.unknown(),
        'mutation ($paymentId: ID!) { cancelPayment(paymentId: $paymentId) { userErrors { code } } }',
        { paymentId },
        closed,
      );
      tally.count('payments given up');
    }),
  );
}

/** Stock may not have answered yet, so that the order cannot be paid: the payment is retried with a new key. */
export async function pay(
  { random, tally, acknowledged, closing, closed, headOffice }: Shift,
  guest: Person,
  orderId: string,
  method: (typeof METHODS)[number],
  money: { readonly amount?: number; readonly tip?: number } = {},
): Promise<string | undefined> {
  for (;;) {
    const idempotencyKey = newId();
    const { payment, userErrors } = await guest.executeUntilAnswered(
      paid,
      `mutation ($input: PayOrderInput!) { payOrder(input: $input) {
         payment { id method } userErrors { code } } }`,
      { input: { orderId, method, ...money, idempotencyKey } },
      closed,
    );
    if (payment !== null) {
      tally.count('payments');
      acknowledged.record(acknowledged.payments, idempotencyKey, payment.id);
      if (payment.method === 'CASH') await takeCash({ random, tally, headOffice, closed }, payment.id);
      return payment.id;
    }
    if (
      closing.aborted ||
      userErrors[0]?.code !== 'ORDER_NOT_PAYABLE' ||
      !(await isWaiting(guest, orderId, closed))
    )
      return undefined;
  }
}

async function isWaiting(guest: Person, orderId: string, closed: AbortSignal): Promise<boolean> {
  const order = await guest.executeUntilAnswered(
    z.object({ status: z.string() }),
    'query ($orderId: ID!) { order(id: $orderId) { status } }',
    { orderId },
    closed,
  );
  return order.status === 'PLACED' || order.status === 'AWAITING_PAYMENT';
}

async function takeCash(
  { random, tally, headOffice, closed }: Pick<Shift, 'random' | 'tally' | 'headOffice' | 'closed'>,
  paymentId: string,
): Promise<void> {
  // The drawer takes what was paid, not what was given: the rest is change.
  const tendered = random.chance(0.5) ? GIVEN : null;
  await headOffice.executeUntilAnswered(
    z.unknown(),
    `mutation ($paymentId: ID!, $tendered: SafeInt) {
       confirmCashPayment(paymentId: $paymentId, tendered: $tendered) { userErrors { code } } }`,
    { paymentId, tendered },
    closed,
  );
  if (tendered !== null) tally.count('change given');
  tally.count('cash taken');
}

async function cancel({ tally, acknowledged, closed }: Shift, guest: Person, orderId: string): Promise<void> {
  try {
    const { order, userErrors } = await guest.executeUntilAnswered(
      moved,
      `mutation ($orderId: ID!) { cancelOrder(orderId: $orderId, reason: "Berubah pikiran") {
         order { id } userErrors { code } } }`,
      { orderId },
      closed,
    );
    if (order === null || userErrors.length > 0) return;
    acknowledged.cancelled.add(orderId);
    tally.count('orders cancelled');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}
