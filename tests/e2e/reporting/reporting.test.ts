/**
 * Third parties read their tenant's rows in the documented views, and nothing else by whatever they try: with the real `psql`, on two
 * tenants of the same life.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type GrantedAccount,
  grantReporting,
  listReporting,
  type ReportingDatabases,
  revokeReporting,
} from '../../../deploy/reporting/accounts.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';
import { eventually } from '../../support/wait.js';
import { type ForeignValues, foreignValues, privateRows } from '../tenant-walls/private-values.js';
import { type Chain, startTwoTenants, type Tenant } from '../tenant-walls/two-tenants.js';
import { documentedReports, type Report } from './documented-reports.js';
import { type Answer, describeWithPsql, psql, psqlToTheEnd } from './psql.js';

const REPORTS = documentedReports();

/** Which rows of a view are a tenant's, where its columns outlet_id and franchise_id do not say it. */
const BELONGING: Readonly<Record<string, { readonly franchise: string; readonly outlet: string }>> = {
  outlets: { franchise: 'franchise_id = $franchise', outlet: 'id = $outlet' },
  menu_items: { franchise: 'true', outlet: 'true' },
  ingredients: { franchise: 'true', outlet: 'true' },
  promotions: {
    franchise: `id NOT IN (SELECT promotion_id FROM reporting.promotion_outlets WHERE franchise_id <> $franchise)`,
    outlet: `id NOT IN (SELECT promotion_id FROM reporting.promotion_outlets WHERE outlet_id <> $outlet)`,
  },
  promotion_items: {
    franchise: `promotion_id NOT IN (SELECT promotion_id FROM reporting.promotion_outlets WHERE franchise_id <> $franchise)`,
    outlet: `promotion_id NOT IN (SELECT promotion_id FROM reporting.promotion_outlets WHERE outlet_id <> $outlet)`,
  },
};
/** Whose databases have views. */
const SHOWN = SUBGRAPH_NAMES.filter((name) => REPORTS.some(({ subgraph }) => subgraph === name));
const BY_COLUMNS = { franchise: 'franchise_id = $franchise', outlet: 'outlet_id = $outlet' };

function rowsText({ view }: Report, condition = 'true'): string {
  return `SELECT '${view}' AS view, to_jsonb(report)::text AS row FROM reporting.${view} AS report WHERE ${condition} ORDER BY row`;
}

describeWithPsql('an account for reports', () => {
  let chain: Chain;
  let databases: ReportingDatabases;
  const accounts = new Map<string, GrantedAccount>();
  let foreign: ForeignValues;

  beforeAll(async () => {
    chain = await startTwoTenants();
    databases = { urlOf: chain.urlOf, others: [chain.urlOf('platform')] };
    for (const tenant of [chain.ours, chain.theirs]) await setPrice(tenant);
    const { outletId, franchiseId } = chain.ours;
    accounts.set('franchise', await grantReporting(databases, { kind: 'franchise', id: franchiseId }));
    accounts.set('outlet', await grantReporting(databases, { kind: 'outlet', id: outletId }));
    foreign = foreignValues(chain.ours.owner, await privateRows(chain));
    for (const name of SUBGRAPH_NAMES) await chain.pools[name].query('ANALYZE');
  });
  afterAll(async () => {
    for (const { name } of accounts.values()) await revokeReporting(databases, name);
    await chain?.stop();
  });

  async function setPrice({ manager, outletId }: Tenant): Promise<void> {
    const menuItemId = CATALOGUE.menuItems.at(-1)?.id;
    const source =
      'mutation ($input: SetOutletPriceInput!) { setOutletPrice(input: $input) { userErrors { code } } }';
    const answer = await chain.run('menu', manager, source, {
      input: { menuItemId, outletId, price: 31_000 },
    });
    expect(answer).toEqual({ data: { setOutletPrice: { userErrors: [] } } });
  }

  /** Runs statements as an account, on a subgraph's database. */
  const as = (account: string, subgraph: SubgraphName, ...statements: readonly string[]) =>
    psql(accounts.get(account)?.urls.get(subgraph) ?? '', ...statements);

  it.each(SUBGRAPH_NAMES)(
    'finds the documented views and columns, and no others, in %s',
    async (subgraph) => {
      const { rows } = await chain.pools[subgraph].query<{ view: string; columns: string[] }>(
        `SELECT relname AS view, array_agg(attname::text ORDER BY attname::text COLLATE "C") AS columns
       FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
       WHERE relnamespace = 'reporting'::regnamespace GROUP BY relname ORDER BY relname COLLATE "C"`,
      );
      const documented = REPORTS.filter((report) => report.subgraph === subgraph)
        .map(({ view, columns }) => ({ view, columns: columns.toSorted() }))
        .toSorted((a, b) => (a.view < b.view ? -1 : 1));
      expect(rows).toEqual(documented);
    },
  );

  describe.each(['franchise', 'outlet'] as const)('of the %s', (kind) => {
    it.each(SHOWN)('reads its own rows of every view of %s, and no others', async (subgraph) => {
      const views = REPORTS.filter((report) => report.subgraph === subgraph);
      const [everything, own, read] = await eventually(async () => {
        const rows = {
          everything: await rowsOf(subgraph, views, () => 'true'),
          own: await rowsOf(subgraph, views, ({ view }) => ownIn(view)),
          read: await as(kind, subgraph, ...views.map((report) => rowsText(report))),
        };
        // Events are still being consumed.
        expect(rows.read).toEqual({ rows: rows.own, messages: '', isRefused: false });
        return [rows.everything, rows.own, rows.read.rows];
      });
      for (const { view } of views) {
        const of = (rows: readonly string[]) => rows.filter((row) => row.startsWith(`${view}|`)).length;
        expect(of(read), view).toBeGreaterThan(0);
        expect(of(own) < of(everything), view).toBe(ownIn(view) !== 'true');
      }
    });

    function ownIn(view: string): string {
      return (BELONGING[view] ?? BY_COLUMNS)[kind]
        .replaceAll('$franchise', `'${chain.ours.franchiseId}'`)
        .replaceAll('$outlet', `'${chain.ours.outletId}'`);
    }
  });

  /** The rows that a view has for its owner. */
  async function rowsOf(
    subgraph: SubgraphName,
    views: readonly Report[],
    condition: (report: Report) => string,
  ): Promise<string[]> {
    const rows: string[] = [];
    for (const report of views) {
      const answer = await chain.pools[subgraph].query<{ view: string; row: string }>(
        rowsText(report, condition(report)),
      );
      rows.push(...answer.rows.map(({ view, row }) => `${view}|${row}`));
    }
    return rows;
  }

  describe('whatever it tries,', () => {
    const WRITABLE = 'SET default_transaction_read_only = off';
    const REFUSED =
      /permission denied|must be owner|is not a table|cannot (?:insert into|update|delete from) view/;
    /** The planner calls the cheapest condition first, unless that could show rows of others. */
    const LEAKING = [
      `CREATE FUNCTION pg_temp.leak(_value anyelement) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS
       $$ BEGIN RAISE NOTICE 'shown %', _value; RETURN true; END $$`,
      'SELECT count(*) FROM orders WHERE pg_temp.leak(id)',
      'SELECT count(*) FROM order_lines WHERE pg_temp.leak(order_id)',
    ];
    /** Before reading everything: each has no effect on what is read, or is refused. */
    const PRELUDES: readonly (readonly [title: string, statement: string, refusal: RegExp | null])[] = [
      ['names another’s outlets', `SET kedai.outlet_ids = '{THEIR_OUTLET}'`, null],
      ['names another’s franchise', `SET kedai.franchise_ids = '{THEIR_FRANCHISE}'`, null],
      ['names a guest', `SET kedai.customer_id = 'THEIR_GUEST'`, null],
      ['takes no role', 'SET ROLE NONE', null],
      ['takes a tenant’s role', 'SET ROLE kedai_order_tenant', /permission denied to set role/],
      ['takes head office’s role', 'SET ROLE kedai_order_chain', /permission denied to set role/],
      ['takes the worker’s role', 'SET ROLE kedai_order_worker', /permission denied to set role/],
      ['takes the role of reports', 'SET ROLE kedai_order_reporting', /permission denied to set role/],
      ['sets its role as a setting', `SELECT set_config('role', 'kedai_order_chain', false)`, /denied/],
      ['signs in as another', 'SET SESSION AUTHORIZATION kedai_order_worker', /permission denied/],
      [
        'switches row-level security off',
        'SET row_security = off',
        /would be affected by row-level security/,
      ],
      ['lets itself bypass the wall', 'ALTER ROLE CURRENT_USER BYPASSRLS', /permission denied/],
      ['joins the workers', 'GRANT kedai_order_worker TO CURRENT_USER', /permission denied/],
      ['searches the tables', 'SET search_path = public, partitions, reporting', null],
    ];

    it.each(PRELUDES)('it reads nothing of another’s when it %s', async (_title, statement, refusal) => {
      const prelude = statement
        .replace('THEIR_OUTLET', chain.theirs.outletId)
        .replace('THEIR_FRANCHISE', chain.theirs.franchiseId)
        .replace('THEIR_GUEST', chain.theirs.guest.customerId);
      const views = REPORTS.filter(({ subgraph }) => subgraph === 'order').map(({ view }) => `TABLE ${view}`);
      const answer = await as('franchise', 'order', WRITABLE, prelude, ...views);
      expect(answer.messages).toMatch(refusal ?? /^$/);
      expect(answer.rows.length > 0).toBe(refusal === null);
      expect(leaksIn(answer)).toEqual([]);
    });

    const ATTEMPTS: readonly (readonly [
      title: string,
      subgraph: SubgraphName,
      refusal: RegExp | null,
      statements: readonly string[],
    ])[] = [
      ['a table', 'order', /permission denied for schema public/, ['TABLE public.orders']],
      ['a table’s copy', 'order', /permission denied for schema public/, ['COPY public.orders TO STDOUT']],
      ['a partition', 'order', /permission denied for schema part/, ['TABLE partitions.event_log_default']],
      ['the archive', 'order', /permission denied for schema archive/, ['TABLE archive.orders']],
      ['who the accounts are', 'order', /permission denied/, ['TABLE public.reporting_account']],
      ['the copy of a view', 'order', null, ['COPY (TABLE orders) TO STDOUT']],
      ['a file', 'order', /permission denied to COPY/, [`COPY (TABLE orders) TO '/tmp/orders'`]],
      ['a program', 'order', /permission denied to COPY/, [`COPY (TABLE orders) TO PROGRAM 'cat'`]],
      [
        'a file of the server',
        'order',
        /permission denied for function/,
        [`SELECT pg_read_file('PG_VERSION')`],
      ],
      [
        'a hot function',
        'order',
        /permission denied for schema/,
        [`SELECT public.return_promotion_units('{}')`],
      ],
      [
        'a function of the owner’s',
        'customer',
        /permission denied for schema/,
        [`SELECT public.guests('{}')`],
      ],
      ['who it is', 'order', /permission denied for schema/, ['SELECT public.reporting_outlet_ids()']],
      ['rows as XML', 'order', null, [`SELECT query_to_xml('TABLE orders', true, false, '')`]],
      [
        'a table as XML',
        'order',
        /permission denied for schema public/,
        [`SELECT table_to_xml(oid::regclass, true, false, '') FROM pg_class WHERE relname = 'order_line'`],
      ],
      ['plans', 'order', null, ['EXPLAIN (ANALYZE, VERBOSE) TABLE orders', 'EXPLAIN TABLE order_lines']],
      ['statistics', 'order', null, ['TABLE pg_stats', 'TABLE pg_stats_ext']],
      ['statistics as they are', 'order', /permission denied/, ['TABLE pg_statistic']],
      ['others’ statements', 'order', null, ['SELECT query FROM pg_stat_activity']],
      ['passwords', 'order', /permission denied/, ['TABLE pg_authid']],
      [
        'the catalogue',
        'order',
        null,
        ['TABLE information_schema.columns', 'TABLE information_schema.views'],
      ],
      ['an error with a value', 'order', /invalid input/, ['SELECT * FROM orders WHERE status::int = 1']],
      ['an error with a text', 'payment', /invalid input/, ['SELECT * FROM refunds WHERE reason::int = 1']],
      [
        'a block',
        'order',
        null,
        [
          `DO $$ DECLARE o record; BEGIN FOR o IN TABLE reporting.orders LOOP RAISE NOTICE '%', o; END LOOP; END $$`,
        ],
      ],
      ['a function that shows what it is given', 'order', /permission denied/, [WRITABLE, ...LEAKING]],
    ];
    it.each(ATTEMPTS)('it learns nothing by %s', async (_title, subgraph, refusal, statements) => {
      const answer = await as('franchise', subgraph, ...statements);
      if (refusal !== null) expect(answer.messages).toMatch(refusal);
      expect(answer.isRefused).toBe(refusal !== null);
      expect(leaksIn(answer)).toEqual([]);
    });

    it('it learns nothing by a function that shows what it is given, should it be able to make one', async () => {
      const database = new URL(chain.urlOf('order')).pathname.slice(1);
      await chain.pools.order.query(`GRANT TEMPORARY ON DATABASE "${database}" TO PUBLIC`);
      const answer = await as('franchise', 'order', WRITABLE, ...LEAKING);
      await chain.pools.order.query(`REVOKE TEMPORARY ON DATABASE "${database}" FROM PUBLIC`);
      expect(answer.messages).toContain('NOTICE:  shown');
      expect(leaksIn(answer)).toEqual([]);
    });

    it.each(SUBGRAPH_NAMES)('it writes nothing in %s', async (subgraph) => {
      const target = SHOWN.includes(subgraph) ? 'reporting.outlets' : 'public.inbox';
      const statements = [
        `INSERT INTO ${target} (id, name) VALUES (gen_random_uuid(), $$x$$)`,
        `UPDATE ${target} SET name = $$x$$`,
        `DELETE FROM ${target}`,
        `TRUNCATE ${target}`,
        `SELECT * FROM ${target} FOR UPDATE`,
        `DO $$ BEGIN LOCK TABLE ${target} IN EXCLUSIVE MODE; END $$`,
        'CREATE TABLE reporting.mine ()',
        'CREATE TABLE public.mine ()',
        'CREATE TEMPORARY TABLE mine ()',
        'CREATE SCHEMA mine',
        'CREATE EXTENSION dblink',
        'CREATE ROLE mine',
        'SELECT lo_create(0)',
        'SELECT lo_from_bytea(0, $$x$$)',
        'SELECT lo_import($$/etc/hostname$$)',
        `COMMENT ON VIEW ${target} IS $$mine$$`,
        `ALTER VIEW ${target} SET (security_invoker = false)`,
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user',
      ];
      const url = accounts.get('franchise')?.urls.get(subgraph) ?? '';
      const answer = await psqlToTheEnd(url, WRITABLE, ...statements);
      const errors = answer.messages.split('\n').filter((line) => line.startsWith('ERROR: '));
      expect(errors).toEqual(statements.map(() => expect.stringMatching(REFUSED)));
      expect(answer.rows).toEqual([]);
    });

    it('it does not enter the database of the bus, where everybody may listen', async () => {
      const url = new URL(accounts.get('franchise')?.urls.get('order') ?? '');
      url.pathname = new URL(chain.urlOf('platform')).pathname;
      const answer = await psql(url.href, 'LISTEN kedai_bus');
      expect(answer.messages).toMatch(/permission denied for database/);
    });

    it('it sees no more of the tables, should it be able to name them', async () => {
      const read = (statement: string) => as('franchise', 'order', statement);
      await chain.pools.order.query('GRANT USAGE ON SCHEMA public TO kedai_order_reporting');
      try {
        const lines = await read('SELECT order_id, position FROM public.order_line');
        expect(lines.rows).not.toEqual([]);
        expect(lines).toEqual(await read('SELECT order_id, position FROM order_lines'));
        expect((await read('SELECT note FROM public.order_line')).messages).toMatch(/denied/);
        expect((await read('TABLE public.cart')).messages).toMatch(/denied/);
      } finally {
        await chain.pools.order.query('REVOKE USAGE ON SCHEMA public FROM kedai_order_reporting');
      }
    });

    function leaksIn({ rows, messages }: Answer): string[] {
      const text = `${rows.join('\n')}\n${messages}`;
      return foreign.in(text).map(([value]) => value);
    }
  });

  it('reads what was archived, too', async () => {
    const read = async () => (await as('outlet', 'order', 'TABLE order_statuses')).rows.toSorted();
    const before = await read();
    await chain.pools.order.query(
      `CREATE TABLE partitions.archived_for_reports PARTITION OF archive.order_status_entry DEFAULT;
       INSERT INTO archive.order_status_entry SELECT * FROM order_status_entry`,
    );
    expect(await read()).toEqual([...before, ...before].toSorted());
    await chain.pools.order.query('DROP TABLE partitions.archived_for_reports');
  });

  it('looks its tenant up once for each statement', async () => {
    const { rows } = await as('franchise', 'order', 'EXPLAIN (VERBOSE) TABLE order_lines');
    const plan = rows.join('\n');
    expect(plan).toMatch(/InitPlan/);
    expect(plan).not.toMatch(/(?:Filter|Index Cond): .*reporting_outlet_ids/);
  });

  it('is listed, and is no more once it is revoked', async () => {
    const { franchiseId } = chain.theirs;
    const { name, tenant, urls } = await grantReporting(databases, { kind: 'franchise', id: franchiseId });
    const listed = (await listReporting(databases)).find((account) => account.name === name);
    expect(listed).toMatchObject({ kind: 'franchise', id: franchiseId, tenant });

    const reading = psql(urls.get('order') ?? '', 'SELECT pg_sleep(600)');
    await eventually(async () => {
      const { rowCount } = await chain.pools.order.query('SELECT FROM pg_stat_activity WHERE usename = $1', [
        name,
      ]);
      expect(rowCount).toBe(1);
    });
    expect(await revokeReporting(databases, name)).toBe(true);
    expect((await reading).messages).toMatch(/terminating connection/);
    expect((await psql(urls.get('order') ?? '', 'TABLE orders')).messages).toMatch(/authentication failed/);
    expect((await listReporting(databases)).map((account) => account.name)).not.toContain(name);
    expect(await revokeReporting(databases, name)).toBe(false);
  });

  it.each(['postgres', 'kedai_order_worker', 'kedai_report_'])('never ends the role %s', async (name) => {
    expect(await revokeReporting(databases, name)).toBe(false);
  });

  it.each(['0190a1b2-0000-7000-8000-000000000000', 'nobody'])('is refused for the tenant %s', async (id) => {
    await expect(grantReporting(databases, { kind: 'outlet', id })).rejects.toThrow(
      `There is no outlet ${id}.`,
    );
  });
});
