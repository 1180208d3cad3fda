/**
 * Reads the reports in which providers list what they pay out, as CSV: columns are found by their names, in any order, so that a report
 * with more of them is read as well. Lines about neither a payment nor a refund (withdrawals, transfers, top-ups) are left out.
 */
import { type CsvRow, readCsv, UnreadableCsv } from '../../../platform/kit/csv.js';
import { add } from '../../../platform/money.js';
import type { ProviderName } from './methods.js';

export interface SettlementLine {
  /** In the file, its header being line 1. */
  readonly line: number;
  readonly subject: 'PAYMENT' | 'REFUND';
  /** What the merchant named it by: a payment's id or a refund's. */
  readonly reference: string;
  /** The provider's own id. */
  readonly transactionId: string;
  /** Whole rupiah, also of a refund. */
  readonly amount: number;
  /** What the provider keeps, taxes on it included; below 0 where it gives a fee back. */
  readonly fee: number;
}

/** The file cannot be read; the message says where. */
export class UnreadableSettlement extends Error {
  override readonly name = 'UnreadableSettlement';
}

const MAXIMUM_LINES = 30_000;

interface Format {
  readonly reference: readonly string[];
  readonly transactionId: readonly string[];
  readonly type: readonly string[];
  readonly status: readonly string[];
  readonly amount: readonly string[];
  /** Each that is there is added. */
  readonly fees: readonly string[];
}

/** Names of columns, without regard to case, spaces and punctuation. */
const FORMATS: Readonly<Record<ProviderName, Format>> = {
  /**
   * What the Merchant Administration Portal exports of transactions and payouts. Midtrans publishes no list of its columns
   * (docs.midtrans.com, "Unified Reporting", shows them in pictures), so several names of each are known.
   */
  MIDTRANS: {
    reference: ['Order ID'],
    transactionId: ['Transaction ID'],
    type: ['Transaction type', 'Type'],
    status: ['Transaction status', 'Status'],
    amount: ['Gross amount', 'Transaction amount', 'Amount'],
    fees: ['Fee', 'Transaction fee', 'VAT', 'Tax'],
  },
  /** Transactions report, version 2 (docs.xendit.co/docs/transactions-report). */
  XENDIT: {
    reference: ['Reference'],
    transactionId: ['Product ID'],
    type: ['Type'],
    status: ['Status'],
    amount: ['Amount'],
    fees: ['Total Fee', 'Total VAT'],
  },
};

const SETTLED = new Set([
  'success',
  'successful',
  'settlement',
  'settled',
  'capture',
  'refund',
  'partialrefund',
  'refunded',
]);
const PAYMENTS = new Set(['payment', 'settlement', 'capture', 'transaction']);
const REFUNDS = new Set(['refund', 'partialrefund']);

/** @throws UnreadableSettlement */
export function readSettlement(provider: ProviderName, csv: string): SettlementLine[] {
  const [header, ...rows] = rowsOf(csv);
  if (header === undefined) throw new UnreadableSettlement('The file is empty');
  if (rows.length > MAXIMUM_LINES) {
    throw new UnreadableSettlement(`A file has at most ${MAXIMUM_LINES} lines: split it`);
  }
  const format = FORMATS[provider];
  const names = header.cells.map(plain);
  const column = (wanted: readonly string[]) => names.findIndex((name) => wanted.map(plain).includes(name));
  const required = (wanted: readonly string[]) => {
    const index = column(wanted);
    if (index < 0) throw new UnreadableSettlement(`There is no column ${wanted.join(' or ')}`);
    return index;
  };
  const reference = required(format.reference);
  const transactionId = required(format.transactionId);
  const amount = required(format.amount);
  const type = column(format.type);
  const status = column(format.status);
  const fees = format.fees.map((name) => column([name])).filter((index) => index >= 0);
  if (fees.length === 0) throw new UnreadableSettlement(`There is no column ${format.fees.join(' or ')}`);
  return rows.flatMap(({ line, cells }): SettlementLine[] => {
    const subject = subjectOf(cells[type] ?? 'payment');
    if (subject === null || (status >= 0 && !SETTLED.has(plain(cells[status] ?? '')))) return [];
    return [
      {
        ...{ line, subject },
        reference: (cells[reference] ?? '').trim(),
        transactionId: (cells[transactionId] ?? '').trim(),
        amount: Math.abs(rupiahOf(cells[amount], line)),
        fee: add(...fees.map((index) => rupiahOf(cells[index], line))),
      },
    ];
  });
}

function subjectOf(type: string): SettlementLine['subject'] | null {
  const name = plain(type);
  if (REFUNDS.has(name)) return 'REFUND';
  return PAYMENTS.has(name) ? 'PAYMENT' : null;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

const RUPIAH = /^(-?)(?:Rp|IDR)? ?(-?)(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2}))?$/;

/** `42000`, `42,000.00`, `IDR 42000`. Fractions, which fees may have, are rounded half up. */
function rupiahOf(text: string | undefined, line: number): number {
  const given = (text ?? '').trim();
  if (given === '' || given === '-') return 0;
  const match = RUPIAH.exec(given);
  if (match === null) throw new UnreadableSettlement(`Line ${line}: ${given.slice(0, 40)} is no amount`);
  const [, before, after, digits = '', cents = '0'] = match;
  const whole = Number(digits.replaceAll(',', '')) + (Number(cents.padEnd(2, '0')) >= 50 ? 1 : 0);
  return before === '-' || after === '-' ? -whole : whole;
}

/** @throws UnreadableSettlement */
function rowsOf(csv: string): CsvRow[] {
  try {
    return readCsv(csv);
  } catch (error) {
    if (error instanceof UnreadableCsv) throw new UnreadableSettlement(error.message);
    throw error;
  }
}
