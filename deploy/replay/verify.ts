/**
 * Rebuilds orders, payments, stock, reservations and points from the history and compares them with their rows, beside a running system.
 * An event and its change are one transaction, so one snapshot of a database shows both or neither. Points come from the events of
 * three databases: those count that the customer subgraph had applied in its snapshot, which is taken first.
 */
import type { SubgraphName } from '../../subgraphs/names.js';
import { type Comparison, type ReportProgress, Tally } from './comparison.js';
import { joined, type Keyed, merged, Snapshot } from './history.js';
import type { HistoryEvent } from './rebuild/history-event.js';
import { ORDER_EVENTS, orderAfter, type RebuiltOrder } from './rebuild/order.js';
import { PAYMENT_EVENTS, paymentAfter, type RebuiltPayment } from './rebuild/payment.js';
import { CONSUMER_OF_POINTS_EVENT, pointsOf, REWARD_EVENTS, type RebuiltPoints } from './rebuild/points.js';
import { RESERVATION_EVENTS, type RebuiltReservation, reservationAfter } from './rebuild/reservation.js';

const DATABASES = ['customer', 'order', 'payment', 'stock'] as const;
type Snapshots = Readonly<Record<(typeof DATABASES)[number], Snapshot>>;

/** Inbox rows are pruned a month after an event's last delivery; an older event was applied long ago. */
const SURELY_APPLIED_MILLISECONDS = 29 * 86_400_000;
const CUSTOMERS_AT_ONCE = 500;

/** @param urlOf the owner's URL of each database. */
export async function verifyHistory(
  urlOf: (name: SubgraphName) => string,
  report: ReportProgress = () => undefined,
): Promise<Comparison[]> {
  const opened: Snapshot[] = [];
  const open = async (name: SubgraphName) => {
    const snapshot = await Snapshot.open(urlOf(name));
    opened.push(snapshot);
    return snapshot;
  };
  try {
    const customer = await open('customer');
    const snapshots = {
      customer,
      order: await open('order'),
      payment: await open('payment'),
      stock: await open('stock'),
    };
    return [
      await verifyOrders(snapshots, report),
      await verifyPayments(snapshots, report),
      await verifyStock(snapshots, report),
      await verifyReservations(snapshots, report),
      await verifyPoints(snapshots, report),
    ];
  } finally {
    await Promise.all(opened.map((snapshot) => snapshot.close()));
  }
}

function verifyOrders({ order }: Snapshots, report: ReportProgress): Promise<Comparison> {
  return verify<RebuiltOrder>('orders', report, order, {
    columns: `id::text AS key, placed_at AS since, jsonb_build_object('status', status, 'version', version, 'total', total,
                'customerId', customer_id, 'outletId', outlet_id) AS stored`,
    rows: 'orders_with_archive',
    key: 'id',
    types: ORDER_EVENTS,
    fold: orderAfter,
  });
}

/** Money that another payment had taken the place of is given back without events. */
function verifyPayments({ payment }: Snapshots, report: ReportProgress): Promise<Comparison> {
  return verify<RebuiltPayment>('payments', report, payment, {
    columns: `id::text AS key, created_at AS since,
                jsonb_build_object('status', status, 'captured', amount, 'refunded', refunded) AS stored`,
    rows: `payment_with_archive WHERE status NOT IN ('PENDING', 'FAILED') AND NOT is_surplus`,
    key: 'id',
    types: PAYMENT_EVENTS,
    fold: paymentAfter,
  });
}

/** Of what was released before it was asked for there is no answer, and of an order without ingredients no reservation. */
function verifyReservations({ stock }: Snapshots, report: ReportProgress): Promise<Comparison> {
  return verify<RebuiltReservation>('reservations', report, stock, {
    columns: `order_id::text AS key, created_at AS since, CASE
                WHEN state = 'REJECTED' THEN '"REJECTED"'::jsonb
                WHEN state IN ('RESERVED', 'TAKEN')
                  OR EXISTS (SELECT FROM reservation_with_archive AS line WHERE line.order_id = promise.order_id) THEN '"RESERVED"'
              END AS stored`,
    rows: 'order_promise_with_archive AS promise',
    key: 'order_id',
    types: RESERVATION_EVENTS,
    fold: reservationAfter,
  });
}

interface StoredThing extends Keyed {
  readonly since: Date;
  /** Null where the rows do not say. */
  readonly stored: unknown;
}

async function verify<State>(
  kind: string,
  report: ReportProgress,
  snapshot: Snapshot,
  {
    columns,
    rows,
    key: by,
    types,
    fold,
  }: {
    /** Of `StoredThing`. */
    readonly columns: string;
    /** What follows FROM. */
    readonly rows: string;
    readonly key: string;
    readonly types: readonly string[];
    fold(state: State | null, event: HistoryEvent): State | null;
  },
): Promise<Comparison> {
  const tally = new Tally(kind, report, await snapshot.count(rows));
  const start = await snapshot.start();
  for await (const { key, row, events } of joined(
    snapshot.stream<StoredThing>(`SELECT ${columns} FROM ${rows} ORDER BY ${by}`),
    snapshot.events(types),
  )) {
    const rebuilt = events.reduce<State | null>(fold, null);
    if (row?.stored === null) {
      tally.pass();
      continue;
    }
    if (rebuilt === null && (row === undefined || row.since < start)) tally.skip();
    else tally.compare(key, rebuilt, row?.stored ?? null);
  }
  return tally.result();
}

/** The ledger of movements is stock's history of what no event says. */
async function verifyStock({ stock }: Snapshots, report: ReportProgress): Promise<Comparison> {
  const tally = new Tally('stock items', report, await stock.count('stock_item'));
  const items = stock.stream<Keyed & { readonly stored: unknown; readonly rebuilt: unknown }>(
    `SELECT id::text AS key, jsonb_build_array(item.on_hand, item.reserved, item.drawn) AS stored,
       jsonb_build_array(coalesce(sums.on_hand, 0), coalesce(sums.reserved, 0), coalesce(sums.drawn, 0)) AS rebuilt
     FROM stock_item AS item LEFT JOIN (
       SELECT stock_item_id AS id, sum(delta) FILTER (WHERE figure = 'ON_HAND') AS on_hand,
         sum(delta) FILTER (WHERE figure = 'RESERVED') AS reserved, sum(delta) FILTER (WHERE figure = 'DRAWN') AS drawn
       FROM stock_movement_with_archive GROUP BY 1) AS sums USING (id)
     ORDER BY id`,
  );
  for await (const { key, stored, rebuilt } of items) tally.compare(key, rebuilt, stored);
  return tally.result();
}

interface StoredAccount extends Keyed {
  readonly stored: RebuiltPoints;
  /** When the account's ledger begins; null where it is empty. */
  readonly since: Date | null;
}

async function verifyPoints(
  { customer, order, payment }: Snapshots,
  report: ReportProgress,
): Promise<Comparison> {
  const tally = new Tally('points', report, await customer.count('customer'));
  const starts = await Promise.all([customer.start(), order.start(), payment.start()]);
  const start = new Date(Math.max(...starts.map(Number)));
  const accounts = customer.stream<StoredAccount>(
    `SELECT id::text AS key, jsonb_build_object('points', coalesce(points, 0), 'lifetimePoints', coalesce(lifetime_points, 0)) AS stored,
       (SELECT min(at) FROM loyalty_entry WHERE customer_id = customer.id) AS since
     FROM customer LEFT JOIN loyalty_account ON customer_id = id ORDER BY id`,
  );
  const byCustomer = `data->>'customerId'`;
  const consumed = [...CONSUMER_OF_POINTS_EVENT.keys()];
  const events = merged(
    customer.events(REWARD_EVENTS, byCustomer),
    order.events(consumed, byCustomer),
    payment.events(consumed, byCustomer),
  );

  let waiting: { readonly account: StoredAccount; readonly events: readonly HistoryEvent[] }[] = [];
  const compare = async () => {
    const isApplied = await appliedIn(
      customer,
      waiting.flatMap((one) => one.events),
    );
    for (const { account, events } of waiting) {
      const rebuilt = pointsOf(events.filter(isApplied));
      if (rebuilt === null || (account.since !== null && account.since < start)) tally.skip();
      else tally.compare(account.key, rebuilt, account.stored);
    }
    waiting = [];
  };
  for await (const { row, events: ofCustomer } of joined(accounts, events)) {
    // Orders of accounts that do not exist earn nothing.
    if (row === undefined) continue;
    waiting.push({ account: row, events: ofCustomer });
    if (waiting.length === CUSTOMERS_AT_ONCE) await compare();
  }
  await compare();
  return tally.result();
}

/** Whether the customer subgraph has applied an event. */
async function appliedIn(
  customer: Snapshot,
  events: readonly HistoryEvent[],
): Promise<(event: HistoryEvent) => boolean> {
  const rows = await customer.query<{ consumer: string; id: string }>(
    'SELECT consumer, event_id AS id FROM inbox WHERE consumer = ANY ($1) AND event_id = ANY ($2)',
    [[...new Set(CONSUMER_OF_POINTS_EVENT.values())], events.map(({ id }) => id)],
  );
  const applied = new Set(rows.map(({ consumer, id }) => `${consumer} ${id}`));
  const surely = new Date(Date.now() - SURELY_APPLIED_MILLISECONDS).toISOString();
  return ({ id, type, occurredAt }) => {
    const consumer = CONSUMER_OF_POINTS_EVENT.get(type);
    return consumer === undefined || occurredAt < surely || applied.has(`${consumer} ${id}`);
  };
}
