import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { type FreshDatabase, freshDatabase } from '../tests/support/database.js';
import { wallFaults } from './walls.js';

let fresh: FreshDatabase;
let client: pg.Client;

beforeAll(async () => {
  fresh = await freshDatabase('menu');
  client = new pg.Client({ connectionString: fresh.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await fresh.drop();
});
beforeEach(() => client.query('BEGIN'));
afterEach(() => client.query('ROLLBACK'));

it.each(SUBGRAPH_NAMES)('finds the wall of %s whole', async (name) => {
  const other = await freshDatabase(name);
  const owner = new pg.Client({ connectionString: other.url });
  await owner.connect();
  try {
    expect(await wallFaults(owner, name)).toEqual([]);
  } finally {
    await owner.end();
    await other.drop();
  }
});

it.each([
  [
    'a table without policies',
    'CREATE TABLE tip (outlet_id uuid)',
    ['tip has no row-level', 'tip has no policy for the worker'],
  ],
  [
    'a tenant’s table that its tenant is not asked for',
    `CREATE TABLE tip (outlet_id uuid); CALL protect('tip', 'SELECT, UPDATE', '', _rows => 'true')`,
    ['tip lets tenants see rows', 'tip lets tenants write rows'],
  ],
  [
    'a part of what every tenant may write',
    `CREATE TABLE jar (id uuid); CALL protect('jar', 'SELECT, UPDATE', '', _rows => 'true');
     CREATE TABLE tip (jar_id uuid); CALL protect('tip', 'SELECT, UPDATE', '', _rows => 'jar_id IN (SELECT id FROM jar)')`,
    ['jar lets tenants write rows', 'tip lets tenants write rows'],
  ],
  ['a grant to everybody', 'GRANT SELECT ON inbox TO PUBLIC', ['inbox is granted to everybody']],
  [
    'a grant to the account of requests',
    'GRANT SELECT ON inbox TO kedai_menu',
    ['inbox is granted to the account'],
  ],
  [
    'a partition that is granted',
    `CREATE TABLE tip (outlet_id uuid) PARTITION BY LIST (outlet_id); CALL protect('tip', 'SELECT', '');
     CREATE TABLE tip_rest PARTITION OF tip DEFAULT; GRANT SELECT ON tip_rest TO kedai_menu_tenant`,
    ['tip_rest is a partition and granted'],
  ],
  [
    'an archive that is written',
    'GRANT INSERT ON archive.event_log TO kedai_menu_worker',
    ['archive.event_log lets its archive be written'],
  ],
  [
    'an archive without a column of its table',
    'ALTER TABLE event_log ADD COLUMN tip text',
    ['event_log has other columns than its archive'],
  ],
  [
    'a view of its owner’s',
    'CREATE VIEW tips AS SELECT * FROM inbox',
    ['tips is a view that runs as its owner'],
  ],
  [
    'a function of its owner’s on any search path',
    'CREATE FUNCTION tip() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1',
    ['tip runs as its owner'],
  ],
  [
    'a role above the wall',
    'ALTER ROLE kedai_menu_worker BYPASSRLS',
    ['kedai_menu_worker is a role that bypasses'],
  ],
  [
    'a role that owns a table',
    'CREATE TABLE tip (); ALTER TABLE tip OWNER TO kedai_menu_chain',
    ['kedai_menu_chain is a role that owns'],
  ],
  [
    'a partition apart that is granted',
    'GRANT SELECT ON partitions.event_log_default TO kedai_menu_worker',
    ['partitions.event_log_default is a partition and granted'],
  ],
  [
    'a function of its owner’s that everybody may call',
    'CREATE FUNCTION tip() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp RETURN 1',
    ['tip runs as its owner and may be called by everybody'],
  ],
  [
    'a schema that is open to everybody',
    'GRANT USAGE ON SCHEMA public TO PUBLIC',
    ['public is a schema that every account'],
  ],
  [
    'tables that reporting accounts can name',
    'GRANT USAGE ON SCHEMA public TO kedai_menu_reporting',
    ['public is a schema that reporting accounts may use'],
  ],
  [
    'a report of its owner’s',
    'CREATE VIEW reporting.tips AS SELECT consumer FROM inbox; CALL grant_reports()',
    ['tips is a view that runs as its owner'],
  ],
  [
    'a report of a tenant’s rows without its condition',
    `CREATE TABLE tip (outlet_id uuid, amount int); CALL protect('tip', 'SELECT', 'SELECT');
     CREATE VIEW reporting.tips WITH (security_invoker = true) AS SELECT amount FROM tip;
     CALL open_to_reports('tip', 'true'); CALL grant_reports()`,
    ['tip shows reporting accounts rows that carry a tenant by no condition'],
  ],
  [
    'a report of a secret',
    `ALTER TABLE outlet ADD device_token text;
     CREATE VIEW reporting.tokens WITH (security_invoker = true) AS SELECT device_token FROM outlet; CALL grant_reports()`,
    ['outlet.device_token shows reporting accounts a secret'],
  ],
  [
    'a table among the reports',
    'CREATE TABLE reporting.tip (amount int)',
    ['tip is among the reports and no view'],
  ],
  [
    'a column that is granted to reporting accounts and in no report',
    'GRANT SELECT (version) ON outlet TO kedai_menu_reporting',
    ['outlet.version lets reporting accounts read what none of their views shows'],
  ],
  [
    'a report that can be written',
    'GRANT INSERT ON reporting.outlets TO kedai_menu_reporting',
    ['outlets lets reporting accounts do more than read'],
  ],
  [
    'a function that reporting accounts may call',
    'GRANT EXECUTE ON FUNCTION lock_menu_item TO kedai_menu_reporting',
    ['lock_menu_item is a function that reporting accounts may call'],
  ],
])('names %s', async (_what, change, expected) => {
  await client.query(change);
  const faults = await wallFaults(client, 'menu');
  for (const fault of expected) expect(faults.join('\n')).toContain(`menu: ${fault}`);
});
