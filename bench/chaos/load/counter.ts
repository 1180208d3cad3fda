/** The counter: staff take orders for guests without an account and their cash, tills are opened and closed, and days are closed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { todayIn } from '../../../platform/kit/calendar.js';
import { OUTLETS } from '../../../prisma/seed/chain.js';
import { pay, placeOrder, wishedLines } from './guests.js';
import { repeat, type Shift } from './shift.js';

const tills = z.object({
  nodes: z.array(z.object({ id: z.string(), expectedCash: z.object({ amount: z.number() }) })),
});
type Till = z.infer<typeof tills>['nodes'][number];

export async function counters(shift: Shift): Promise<void> {
  const { random, closing } = shift;
  const pause = (least: number, most: number) => () =>
    sleep(random.between(least, most), undefined, { signal: closing }).catch(() => undefined);
  await Promise.all([
    repeat(shift, pause(800, 3_000), () => serve(shift)),
    repeat(shift, pause(1_000, 4_000), () => keepTill(shift)),
  ]);
}

async function serve(shift: Shift): Promise<void> {
  const { random, headOffice, tally } = shift;
  const outletId = random.pick(shift.outletIds);
  const guest = { table: String(random.between(1, 20)) };
  const orderId = await placeOrder(shift, headOffice, { outletId, lines: wishedLines(random), guest });
  if (orderId === undefined) return;
  tally.count('orders at the counter');
  if (random.chance(0.1)) return;
  await pay(shift, headOffice, orderId, random.chance(0.7) ? 'CASH' : 'QRIS');
}

async function keepTill(shift: Shift): Promise<void> {
  const { random, headOffice, tally, closed } = shift;
  const outletId = random.pick(shift.outletIds);
  const { nodes } = await headOffice.execute(
    tills,
    'query ($scope: SalesScopeInput) { tills(scope: $scope, isOpen: true) { nodes { id expectedCash { amount } } } }',
    { scope: { outletId } },
  );
  const [till] = nodes;
  if (till === undefined) {
    await headOffice.execute(
      z.unknown(),
      'mutation ($input: OpenTillInput!) { openTill(input: $input) { userErrors { code } } }',
      { input: { outletId, float: random.between(0, 20) * 10_000 } },
    );
    return tally.count('tills opened');
  }
  if (random.chance(0.5)) return moveCash(shift, till);
  await headOffice.executeUntilAnswered(
    z.unknown(),
    'mutation ($input: CloseTillInput!) { closeTill(input: $input) { userErrors { code } } }',
    {
      input: {
        tillId: till.id,
        counted: [{ method: 'CASH', amount: Math.max(0, till.expectedCash.amount) }],
      },
    },
    closed,
  );
  tally.count('tills closed');
  if (random.chance(0.3)) await closeDay(shift, outletId);
}

async function moveCash(
  { random, headOffice, tally, closed }: Shift,
  { id, expectedCash }: Till,
): Promise<void> {
  const kind = random.chance(0.5) ? 'CASH_IN' : 'CASH_OUT';
  const most = kind === 'CASH_IN' ? 100_000 : expectedCash.amount;
  if (most < 1) return;
  const movement = { kind, amount: random.between(1, most), reason: 'Uang kecil', idempotencyKey: newId() };
  await headOffice.executeUntilAnswered(
    z.unknown(),
    'mutation ($input: RecordCashInput!) { recordCash(input: $input) { userErrors { code } } }',
    { input: { tillId: id, ...movement } },
    closed,
  );
  tally.count('cash moved by hand');
}

async function closeDay({ headOffice, tally, closed }: Shift, outletId: string): Promise<void> {
  const timeZone = OUTLETS.find(({ id }) => id === outletId)?.timeZone ?? 'UTC';
  await headOffice.executeUntilAnswered(
    z.unknown(),
    'mutation ($outletId: ID!, $day: Date!) { dailyClose(outletId: $outletId, day: $day) { userErrors { code } } }',
    { outletId, day: todayIn(timeZone) },
    closed,
  );
  tally.count('days closed');
}
