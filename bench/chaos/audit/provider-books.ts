/** The simulated providers' own books, by our payment, from the lines of each record in their files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Amounts } from './equation.js';

export interface ProviderBooks {
  readonly charged: Amounts;
  readonly refunded: Amounts;
}

const midtransRecord = z.object({
  /** Our payment. */
  id: z.string(),
  amount: z.number(),
  status: z.string(),
  refunds: z.array(z.object({ amount: z.number() })),
});

const xenditRecord = z.object({
  id: z.string(),
  /** Our payment. */
  referenceId: z.string(),
  amount: z.number(),
  status: z.string(),
  refunds: z.array(z.object({ amount: z.number(), status: z.string() })),
});

const MIDTRANS_CHARGED = ['capture', 'settlement', 'refund', 'partial_refund'];

/** @param folder the simulators' data. */
export async function readProviderBooks(folder: string): Promise<ProviderBooks> {
  const charged = new Map<string, number>();
  const refunded = new Map<string, number>();
  const add = (amounts: Map<string, number>, payment: string, amount: number) =>
    amounts.set(payment, (amounts.get(payment) ?? 0) + amount);

  for (const lines of await linesByRecord(join(folder, 'midtrans-simulator.json'))) {
    const life = lines.map((line) => midtransRecord.parse(line));
    const { id, amount, status, refunds } = lastOf(life);
    const isCharged = life.some((line) => MIDTRANS_CHARGED.includes(line.status));
    if (isCharged) add(charged, id, amount);
    // A captured card payment that is cancelled before settlement is refunded whole.
    if (isCharged && status === 'cancel') add(refunded, id, amount);
    for (const refund of refunds) add(refunded, id, refund.amount);
  }
  for (const lines of await linesByRecord(join(folder, 'xendit-simulator.json'))) {
    const { referenceId, amount, status, refunds } = xenditRecord.parse(lastOf(lines));
    if (status === 'SUCCEEDED' || status === 'VOIDED') add(charged, referenceId, amount);
    if (status === 'VOIDED') add(refunded, referenceId, amount);
    for (const refund of refunds)
      if (refund.status === 'SUCCEEDED') add(refunded, referenceId, refund.amount);
  }
  return { charged, refunded };
}

async function linesByRecord(file: string): Promise<unknown[][]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const records = new Map<unknown, unknown[]>();
  for (const line of text.split('\n')) {
    const record = parsed(line);
    if (record === undefined) continue;
    const lines = records.get(record.id);
    if (lines) lines.push(record);
    else records.set(record.id, [record]);
  }
  return [...records.values()];
}

function lastOf<Line>(lines: readonly Line[]): Line {
  const last = lines.at(-1);
  if (last === undefined) throw new Error('A record has a line at least');
  return last;
}

/** A line may have been cut off by a crash. */
function parsed(line: string): { id: unknown } | undefined {
  try {
    return z.looseObject({ id: z.unknown() }).parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
