/** Which payment or refund of ours each line of a provider's report is about, and whether the two agree. */
import type { PaymentMethod } from './methods.js';
import type { SettlementLine } from './settlement-file.js';

export type SettlementOutcome = 'MATCHED' | 'MISSING_HERE' | 'AMOUNT_DIFFERS' | 'DUPLICATE';

/** A payment or refund that money moved by. */
export interface SettledSubject {
  readonly subject: SettlementLine['subject'];
  readonly id: string;
  readonly paymentId: string;
  /** What a line may call it by. */
  readonly names: readonly string[];
  readonly outletId: string;
  readonly franchiseId: string;
  readonly method: PaymentMethod;
  readonly amount: number;
}

export interface MatchedLine {
  readonly line: SettlementLine;
  /** Null where there is none here. */
  readonly of: SettledSubject | null;
  readonly outcome: SettlementOutcome;
}

/**
 * In the order of the lines. A payment is named by its id or the provider's of its charge; a refund by its id or the provider's, or by
 * those of its payment, where the first with the amount is taken.
 * @param settled the ids of payments and refunds that a line was matched with before.
 */
export function matchSettlement(
  lines: readonly SettlementLine[],
  subjects: readonly SettledSubject[],
  settled: ReadonlySet<string>,
): MatchedLine[] {
  const byName = new Map<string, SettledSubject[]>();
  for (const one of subjects) {
    for (const name of new Set(one.names.map((given) => `${one.subject} ${bare(given)}`))) {
      byName.set(name, [...(byName.get(name) ?? []), one]);
    }
  }
  const taken = new Set(settled);
  return lines.map((line) => {
    const known = [line.reference, line.transactionId]
      .filter((name) => name !== '')
      .flatMap((name) => byName.get(`${line.subject} ${bare(name)}`) ?? []);
    if (known.length === 0) return { line, of: null, outcome: 'MISSING_HERE' };
    const free = known.filter(({ id }) => !taken.has(id));
    const [first] = known;
    const of = free.find(({ amount }) => amount === line.amount) ?? free[0];
    if (of === undefined) return { line, of: first ?? null, outcome: 'DUPLICATE' };
    taken.add(of.id);
    return { line, of, outcome: of.amount === line.amount ? 'MATCHED' : 'AMOUNT_DIFFERS' };
  });
}

/** Xendit's report leaves out what its API puts before the id of a wallet's charge. */
function bare(name: string): string {
  return name.toLowerCase().replace(/^ewc_/, '');
}
