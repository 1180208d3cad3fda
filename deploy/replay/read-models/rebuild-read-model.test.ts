/** On the order subgraph as it runs, whose sales figures are rebuilt while it takes orders. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayIn } from '../../../platform/kit/calendar.js';
import { wallFaults } from '../../../prisma/walls.js';
import {
  DRINK,
  GUEST,
  HQ,
  LIMITED,
  type OrderHarness,
  OUTLET,
  startHarness,
} from '../../../subgraphs/order/testing/harness.js';
import {
  cancelRebuild,
  type RebuildOptions,
  type RebuildResult,
  rebuildReadModel,
} from './rebuild-read-model.js';
import { SALES } from './sales.js';

let unit: OrderHarness;
let url: string;

beforeAll(async () => {
  unit = await startHarness();
  url = unit.platform.config.databaseUrl('order');
  await sellAndTakeBack();
  await sellAndTakeBack();
});
afterAll(() => unit.stop());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const CANCEL = 'mutation ($id: ID!) { cancelOrder(orderId: $id) { order { id } } }';

/** Every way in which sales change: sold, refunded in part on another day, lost to a dispute, cancelled, refunded in whole. */
async function sellAndTakeBack(): Promise<void> {
  const lines = [
    { menuItemId: DRINK.id, quantity: 2 },
    { menuItemId: LIMITED.id, quantity: 1 },
  ];
  const capturedTotal = DRINK.price * 2 + LIMITED.price;
  const partly = await unit.paid(GUEST, { lines });
  const refund = { refundedTotal: 7_001, capturedTotal, isFull: false, refundedAt: inDays(2) };
  await unit.refunded(partly.orderId, partly.paymentId, refund);
  const disputed = await unit.paid(GUEST);
  const loss = { lostTotal: 4_000, capturedTotal: DRINK.price, lostAt: inDays(3) };
  await unit.disputeLost(disputed.orderId, disputed.paymentId, loss);
  const cancelled = await unit.paid(GUEST);
  await unit.run(GUEST, CANCEL, { id: cancelled.orderId });
  const whole = await unit.paid(GUEST, { lines });
  await unit.refunded(whole.orderId, whole.paymentId);
  await unit.reaches(whole.orderId, 'REFUNDED');
}

function rebuild(options: Partial<RebuildOptions> = {}): Promise<RebuildResult> {
  return rebuildReadModel(SALES, { url, batchSize: 7, ...options });
}

const differences = ({ tables }: RebuildResult) => tables.map(({ table, differing }) => [table, differing]);

async function falsify(): Promise<void> {
  await unit.pool.query('UPDATE sales_day SET revenue = revenue + 1000 WHERE orders > 0');
}

async function count(sql: string): Promise<number> {
  return (await unit.pool.query(sql)).rowCount ?? 0;
}

/** Of what is the same for a table and its successor, all that PostgreSQL knows. */
const DESCRIPTION = `
  SELECT 'column' AS kind, attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull AS what
    FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0
  UNION ALL SELECT 'constraint', conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1::regclass
  UNION ALL SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = $1::regclass
  UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = $1::regclass
  UNION ALL SELECT 'policy', concat_ws(' ', policyname, permissive, roles, cmd, qual, with_check) FROM pg_policies
    WHERE (schemaname || '.' || tablename)::regclass = $1::regclass
  UNION ALL SELECT 'table', concat_ws(' ', relowner, relrowsecurity, relforcerowsecurity, relnamespace) FROM pg_class
    WHERE oid = $1::regclass
  UNION ALL SELECT 'privilege', grantee::regrole || ' ' || privilege_type FROM pg_class, aclexplode(relacl)
    WHERE pg_class.oid = $1::regclass
  ORDER BY 1, 2`;

async function description(table: string): Promise<unknown[]> {
  return (await unit.pool.query(DESCRIPTION, [table])).rows;
}

/** Nothing of a rebuild is left. */
const LEFT = `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%'
  UNION ALL SELECT tgname FROM pg_trigger WHERE tgname = 'capture_for_rebuild'`;

/** Ends with what it was asked last. */
function ordersMeanwhile(): { stop(): Promise<void> } {
  let isStopped = false;
  const running = (async () => {
    while (!isStopped) await sellAndTakeBack();
  })();
  return {
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
}

describe('a rebuild of the sales figures', () => {
  it('says what differs, and leaves it so, if it is a dry run', async () => {
    expect(differences(await rebuild({ isDryRun: true }))).toEqual([
      ['sales_day', 0],
      ['sales_day_item', 0],
    ]);
    await falsify();
    const result = await rebuild({ isDryRun: true });
    expect(differences(result)).toEqual([
      ['sales_day', 1],
      ['sales_day_item', 0],
    ]);
    const [example] = result.tables[0]?.examples ?? [];
    expect(Number(example?.old?.revenue) - Number(example?.new?.revenue)).toBe(1_000);
    expect(result.isSwapped).toBe(false);
    expect(await count(LEFT)).toBe(0);
  });

  it('continues after it was killed, while orders are taken, and heals a false figure', async () => {
    const orders = ordersMeanwhile();
    let kill: Promise<unknown> | undefined;
    const killed = rebuild({
      report: ({ done }) => {
        if (done < 14) return;
        kill ??= unit.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name = 'kedai-rebuild' AND datname = current_database()`,
        );
      },
    });
    await expect(killed).rejects.toThrow();
    await kill;
    expect(await count(LEFT)).toBeGreaterThan(0);

    const steps: number[] = [];
    const result = await rebuild({ report: ({ done }) => steps.push(done) });
    // None at all where it was killed after its last step.
    expect(steps.filter((step) => step <= 7)).toEqual([]);
    expect(differences(result)).toContainEqual(['sales_day', 1]);
    expect(await count(LEFT)).toBe(0);
    // Several in a row, so that events of orders fall into every stage.
    await rebuild();
    await rebuild();
    await orders.stop();
    expect(differences(await rebuild({ isDryRun: true }))).toEqual([
      ['sales_day', 0],
      ['sales_day_item', 0],
    ]);
    await expectSumOfOrders();
  });

  it('gives a table that is like the old one in everything but its rows', async () => {
    const before = await Promise.all(['sales_day', 'sales_day_item'].map(description));
    await rebuild();
    expect(await Promise.all(['sales_day', 'sales_day_item'].map(description))).toEqual(before);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      expect(await wallFaults(client, 'order')).toEqual([]);
    } finally {
      await client.end();
    }
  });

  it('takes views along', async () => {
    await unit.pool.query(`CREATE VIEW sales_of_months WITH (security_invoker = true) AS
      SELECT date_trunc('month', day) AS month, sum(revenue) AS revenue FROM sales_day GROUP BY 1`);
    await rebuild();
    const { rows } = await unit.pool.query(
      `SELECT (SELECT sum(revenue) FROM sales_of_months) = (SELECT sum(revenue) FROM sales_day) AS same, reloptions
       FROM pg_class WHERE relname = 'sales_of_months'`,
    );
    expect(rows).toEqual([{ same: true, reloptions: ['security_invoker=true'] }]);
    await unit.pool.query('DROP VIEW sales_of_months');
  });

  it('leaves the old one and nothing else when it is interrupted or fails', async () => {
    await falsify();
    const interruption = new AbortController();
    const interrupted = rebuild({
      signal: interruption.signal,
      report: () => interruption.abort(new Error('Interrupted')),
    });
    await expect(interrupted).rejects.toThrow('Interrupted');
    expect(await count(LEFT)).toBe(0);

    await unit.pool.query(
      'CREATE TABLE of_day (outlet_id uuid, day date, FOREIGN KEY (outlet_id, day) REFERENCES sales_day)',
    );
    await expect(rebuild()).rejects.toThrow('sales_day cannot be replaced: table of_day refers to it');
    await unit.pool.query('DROP TABLE of_day');
    expect(await count(LEFT)).toBe(0);
    expect(differences(await rebuild())).toContainEqual(['sales_day', 1]);
    await expectSumOfOrders();
  });

  it('waits for readers of the old one, and then replaces it', async () => {
    const reader = await unit.pool.connect();
    await reader.query('BEGIN; SELECT FROM sales_day');
    let isSwapped = false;
    const swapped = rebuild().then(() => {
      isSwapped = true;
    });
    await unit.paid(GUEST);
    expect(isSwapped).toBe(false);
    await reader.query('SELECT FROM sales_day');
    await reader.query('COMMIT');
    reader.release();
    await swapped;
    await expectSumOfOrders();
  });

  it('can be given up after a kill', async () => {
    const killed = rebuild({
      report: () =>
        void unit.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name = 'kedai-rebuild' AND datname = current_database()`,
        ),
    });
    await expect(killed).rejects.toThrow();
    await cancelRebuild({ url });
    expect(await count(LEFT)).toBe(0);
  });
});

/** By the report, and by the rows. */
async function expectSumOfOrders(): Promise<void> {
  const { rows } = await unit.pool.query(`
    SELECT outlet_id, sum(orders)::int, sum(units)::int, sum(revenue)::bigint FROM sales_day GROUP BY 1
    EXCEPT
    SELECT outlet_id, count(*)::int, sum(units)::int, sum(total - refunded)::bigint FROM orders
    JOIN LATERAL (SELECT sum(quantity) AS units FROM order_line WHERE order_id = orders.id) AS lines ON true
    WHERE status IN ('PAID', 'PREPARING', 'READY', 'COMPLETED') GROUP BY outlet_id`);
  expect(rows).toEqual([]);
  const { rows: sums } = await unit.pool.query<{ revenue: number }>(
    `SELECT sum(total - refunded)::float8 AS revenue FROM orders WHERE status IN ('PAID', 'PREPARING', 'READY', 'COMPLETED')`,
  );
  const report = await unit.run(
    HQ,
    'query ($from: Date!, $to: Date!) { salesReport(from: $from, to: $to, by: MENU_ITEM) { revenue { amount } } }',
    {
      from: dayIn(OUTLET.timeZone, new Date()),
      to: dayIn(OUTLET.timeZone, new Date(inDays(5))),
    },
  );
  expect(report).toEqual({ data: { salesReport: { revenue: { amount: sums[0]?.revenue } } } });
}
