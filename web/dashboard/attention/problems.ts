/** What needs somebody at a place, worst first: each problem once, with the one thing to do about it. */
import type { PaymentRow } from '../data/payments.js';
import type { ShelfRow } from '../data/shelves.js';
import type { OrdersAtRisk, StockRow } from '../data/stock.js';

export type Problem = {
  readonly id: string;
  readonly severity: 'bad' | 'warn';
  readonly outletId: string | undefined;
} & (
  | { readonly kind: 'LINK' }
  | { readonly kind: 'AT_RISK'; readonly item: StockRow; readonly orders: OrdersAtRisk }
  | { readonly kind: 'SOLD_OUT' | 'LOW'; readonly item: StockRow }
  | { readonly kind: 'RUNS_OUT'; readonly item: StockRow; readonly milliseconds: number }
  | { readonly kind: 'SHELF'; readonly shelf: ShelfRow }
  | {
      readonly kind: 'SHELVES';
      readonly state: ShelfRow['health']['state'];
      readonly shelves: readonly ShelfRow[];
    }
  | { readonly kind: 'CASH'; readonly payment: PaymentRow; readonly milliseconds: number }
  | { readonly kind: 'REFUND'; readonly payment: PaymentRow; readonly amount: number }
);

export interface Facts {
  readonly stock: Iterable<StockRow>;
  readonly alerts: ReadonlyMap<string, OrdersAtRisk>;
  readonly shelves: Iterable<ShelfRow>;
  readonly payments: Iterable<PaymentRow>;
  readonly isLinkLost: boolean;
  /** In milliseconds of `Date.now()`. */
  readonly now: number;
}

const RUNS_OUT_WITHIN_MILLISECONDS = 2 * 60 * 60_000;
/** A guest may still be at the counter. */
const CASH_AFTER_MILLISECONDS = 2 * 60_000;
const MOST_SHELVES_APART = 2;

export function problemsOf(facts: Facts): Problem[] {
  const problems: Problem[] = [];
  if (facts.isLinkLost) problems.push({ id: 'link', kind: 'LINK', severity: 'bad', outletId: undefined });
  for (const item of facts.stock) {
    const problem = problemOfItem(item, facts);
    if (problem !== undefined) problems.push(problem);
  }
  problems.push(...problemsOfShelves(facts.shelves));
  for (const payment of facts.payments) problems.push(...problemsOfPayment(payment, facts.now));
  return problems.sort((one, other) => weight(one) - weight(other) || one.id.localeCompare(other.id));
}

/** Many of an outlet in the same state have one cause, such as its network: they are one problem. */
function* problemsOfShelves(shelves: Iterable<ShelfRow>): Generator<Problem> {
  const groups = new Map<string, ShelfRow[]>();
  for (const shelf of shelves) {
    if (shelf.health.state === 'ONLINE') continue;
    const key = `${shelf.stockItem.outlet?.id} ${shelf.health.state}`;
    groups.set(key, [...(groups.get(key) ?? []), shelf]);
  }
  for (const [id, group] of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const { state } = first.health;
    const about = {
      severity: state === 'SILENT' || state === 'OFFLINE' ? ('bad' as const) : ('warn' as const),
      outletId: first.stockItem.outlet?.id,
    };
    if (group.length > MOST_SHELVES_APART) yield { ...about, id, kind: 'SHELVES', state, shelves: group };
    else for (const shelf of group) yield { ...about, id: shelf.id, kind: 'SHELF', shelf };
  }
}

/** Of an item the worst alone. */
function problemOfItem(item: StockRow, { alerts, now }: Facts): Problem | undefined {
  const { id, onHand, reserved, drawn, available, reorderPoint, runsOutAt } = item;
  const about = { id, item, outletId: item.outlet?.id };
  const orders = alerts.get(id);
  if (orders !== undefined && orders.count > 0 && onHand < reserved + drawn)
    return { ...about, kind: 'AT_RISK', severity: 'bad', orders };
  if (available === 0) return { ...about, kind: 'SOLD_OUT', severity: 'bad' };
  const milliseconds = runsOutAt === null ? undefined : Date.parse(runsOutAt) - now;
  if (milliseconds !== undefined && milliseconds < RUNS_OUT_WITHIN_MILLISECONDS)
    return { ...about, kind: 'RUNS_OUT', severity: 'warn', milliseconds: Math.max(0, milliseconds) };
  if (available <= reorderPoint) return { ...about, kind: 'LOW', severity: 'warn' };
  return undefined;
}

function* problemsOfPayment(payment: PaymentRow, now: number): Generator<Problem> {
  const outletId = payment.order?.outlet?.id;
  const milliseconds = now - Date.parse(payment.createdAt);
  if (payment.method === 'CASH' && payment.status === 'PENDING' && milliseconds >= CASH_AFTER_MILLISECONDS)
    yield { id: payment.id, kind: 'CASH', severity: 'warn', outletId, payment, milliseconds };
  for (const { id, status, amount } of payment.refunds)
    if (status === 'FAILED')
      yield { id, kind: 'REFUND', severity: 'bad', outletId, payment, amount: amount.amount };
}

const ORDER = ['LINK', 'AT_RISK', 'REFUND', 'SOLD_OUT', 'RUNS_OUT', 'SHELVES', 'SHELF', 'CASH', 'LOW'];

function weight({ kind, severity }: Problem): number {
  return (severity === 'bad' ? 0 : ORDER.length) + ORDER.indexOf(kind);
}

/** Of each outlet that has a problem the worst one's severity. */
export function worstByOutlet(problems: readonly Problem[]): ReadonlyMap<string, Problem['severity']> {
  const worst = new Map<string, Problem['severity']>();
  for (const { outletId, severity } of problems)
    if (outletId !== undefined && worst.get(outletId) !== 'bad') worst.set(outletId, severity);
  return worst;
}
