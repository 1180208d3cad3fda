/**
 * Payouts: head office imports reports of what providers pay out. Reports overlap, lines come again in other reports, and some reports are
 * imported twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { repeat, type Shift } from './shift.js';

const money = z.object({ amount: z.number() });
const captured = z.object({
  nodes: z.array(
    z.object({ id: z.string(), provider: z.string(), transactionId: z.string().nullable(), total: money }),
  ),
});
type Captured = z.infer<typeof captured>['nodes'][number];
const imported = z.object({ settlement: z.object({ id: z.string() }).nullable() });

/** Columns of the providers' reports that a payout is read from. */
const HEADERS = {
  MIDTRANS: 'Order ID,Transaction ID,Transaction type,Transaction status,Gross amount,Fee',
  XENDIT: 'Reference,Product ID,Type,Status,Amount,Total Fee',
} as const;
type Provider = keyof typeof HEADERS;

export async function settlements(shift: Shift): Promise<void> {
  const { random, closing } = shift;
  await repeat(
    shift,
    () => sleep(random.between(3_000, 8_000), undefined, { signal: closing }).catch(() => undefined),
    () => importReport(shift),
  );
}

async function importReport({ random, headOffice, acknowledged, tally, closed }: Shift): Promise<void> {
  const { nodes } = await headOffice.execute(
    captured,
    `{ payments(status: [PAID, PARTIALLY_REFUNDED, REFUNDED], first: 100) {
         nodes { id provider transactionId total { amount } } } }`,
    {},
  );
  const provider = random.pick<Provider>(['MIDTRANS', 'XENDIT']);
  const paidOut = nodes.filter((payment) => payment.provider === provider && random.chance(0.6));
  if (paidOut.length === 0) return;
  const csv = [HEADERS[provider], ...paidOut.map((payment) => lineOf(provider, payment))].join('\n');
  for (let requests = random.chance(0.3) ? 2 : 1; requests > 0; requests -= 1) {
    const { settlement } = await headOffice.executeUntilAnswered(
      imported,
      'mutation ($input: ImportSettlementInput!) { importSettlement(input: $input) { settlement { id } userErrors { code } } }',
      { input: { provider, csv } },
      closed,
    );
    if (settlement === null) return;
    acknowledged.record(acknowledged.settlements, csv, settlement.id);
  }
  for (const { id } of paidOut) acknowledged.paidOut.add(id);
  tally.count('payouts imported');
}

function lineOf(provider: Provider, { id, transactionId, total: { amount } }: Captured): string {
  const fee = Math.ceil(amount * 0.007);
  return provider === 'MIDTRANS'
    ? `${id},${transactionId},payment,settlement,${amount},${fee}`
    : `${id},${transactionId},PAYMENT,SUCCESS,${amount},${fee}`;
}
