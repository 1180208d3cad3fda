/**
 * Accounts of third parties: roles of the PostgreSQL server that sign in and read one tenant's rows in the views of the schema
 * `reporting` (docs/reporting.md), and nothing else.
 *
 * - Whose rows an account reads follows from the name that signed in, by `reporting_account` in each database: no setting of its
 *   session has a part in it.
 * - An account inherits `kedai_<subgraph>_reporting` and cannot take that role: SELECT on the views is all it is granted.
 * - Kedai's databases are closed to accounts of the server that are granted nothing on them, the database of the bus among them.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ConfigurationError } from '../../platform/config.js';
import { sqlFailureOf } from '../../platform/sql/sql-failure.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../subgraphs/names.js';

export interface ReportingTenant {
  readonly kind: 'franchise' | 'outlet';
  readonly id: string;
}

export interface ReportingAccount extends ReportingTenant {
  /** The role of the server. */
  readonly name: string;
  readonly createdAt: Date;
}

/** Owners' URLs of Kedai's databases. */
export interface ReportingDatabases {
  urlOf(name: SubgraphName): string;
  /** Further databases on the same servers, which no account of third parties enters. */
  readonly others: readonly string[];
}

export interface GrantedAccount {
  readonly name: string;
  /** The tenant's name. */
  readonly tenant: string;
  /** By which the account connects to each database; they hold its password, which is kept nowhere. */
  readonly urls: ReadonlyMap<SubgraphName, string>;
  /** Whether the owner's account was a superuser, without which large objects and temporary files have no bound. */
  readonly isBounded: boolean;
}

const NAME = /^kedai_report_[0-9a-f]{12}$/;
const CONNECTIONS = 10;
/** Defaults of an account's sessions, for well-meaning tools: the account may change them. */
const SESSION_DEFAULTS = {
  search_path: 'reporting',
  default_transaction_read_only: 'on',
  statement_timeout: '60s',
  idle_in_transaction_session_timeout: '60s',
};
/** By which an account would write, and everybody may call. */
const LARGE_OBJECT_FUNCTIONS = 'lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)';

/** Makes an account that reads the tenant's rows. @throws ConfigurationError where there is no such tenant. */
export async function grantReporting(
  databases: ReportingDatabases,
  tenant: ReportingTenant,
): Promise<GrantedAccount> {
  const tenantName = await withClient(databases.urlOf('menu'), (client) => nameOf(client, tenant));
  if (tenantName === undefined) throw new ConfigurationError(`There is no ${tenant.kind} ${tenant.id}.`);
  const name = `kedai_report_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(24).toString('base64url');
  const urls = new Map<SubgraphName, string>();
  let isBounded = true;
  try {
    for (const url of databases.others) await withClient(url, (client) => closeToStrangers(client, []));
    for (const subgraph of SUBGRAPH_NAMES) {
      const ownerUrl = databases.urlOf(subgraph);
      await withClient(ownerUrl, async (client) => {
        const isSuperuser = await createRole(client, name, password);
        await openTo(client, subgraph, name, tenant);
        if (isSuperuser) await client.query(`REVOKE ALL ON FUNCTION ${LARGE_OBJECT_FUNCTIONS} FROM PUBLIC`);
        isBounded &&= isSuperuser;
      });
      urls.set(subgraph, accountUrl(ownerUrl, name, password));
    }
  } catch (error) {
    await revokeReporting(databases, name);
    throw error;
  }
  return { name, tenant: tenantName, urls, isBounded };
}

/** Every account, oldest first, with the names of their tenants. */
export async function listReporting(
  databases: ReportingDatabases,
): Promise<readonly (ReportingAccount & { readonly tenant: string | undefined })[]> {
  const accounts = new Map<string, ReportingAccount>();
  for (const subgraph of SUBGRAPH_NAMES) {
    const rows = await withClient(databases.urlOf(subgraph), accountsIn);
    for (const account of rows) accounts.set(account.name, account);
  }
  const inOrder = [...accounts.values()].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return withClient(databases.urlOf('menu'), async (client) => {
    const named = [];
    for (const account of inOrder) named.push({ ...account, tenant: await nameOf(client, account) });
    return named;
  });
}

/**
 * Ends an account: it reads nothing from here on, its sessions end, its role is dropped. Safe to repeat.
 * @returns whether there was such an account.
 */
export async function revokeReporting(databases: ReportingDatabases, name: string): Promise<boolean> {
  if (!NAME.test(name)) return false;
  const urls = [...SUBGRAPH_NAMES.map((subgraph) => databases.urlOf(subgraph)), ...databases.others];
  let existed = false;
  for (const subgraph of SUBGRAPH_NAMES) {
    const { rowCount } = await withClient(databases.urlOf(subgraph), (client) =>
      client.query('DELETE FROM reporting_account WHERE name = $1', [name]),
    );
    existed ||= rowCount === 1;
  }
  const forEach = async (statements: string) => {
    for (const url of urls) {
      await withClient(url, async (client) => {
        const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
        existed ||= rowCount === 1;
        if (rowCount === 1) await client.query(statements);
      });
    }
  };
  // Who is no superuser ends sessions, and drops what is owned, of roles alone whose privileges they have.
  await forEach(`ALTER ROLE ${name} NOLOGIN; GRANT ${name} TO CURRENT_USER WITH INHERIT TRUE;
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${name}'; DROP OWNED BY ${name}`);
  await forEach(`DROP ROLE ${name}`);
  return existed;
}

/** @returns whether the client's account is a superuser. */
async function createRole(client: pg.Client, name: string, password: string): Promise<boolean> {
  const { rows } = await client.query<{ isSuperuser: boolean; exists: boolean }>(
    `SELECT rolsuper AS "isSuperuser", EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS exists
     FROM pg_roles WHERE rolname = current_user`,
    [name],
  );
  const isSuperuser = rows[0]?.isSuperuser === true;
  // Databases on one server share its roles.
  if (rows[0]?.exists !== false) return isSuperuser;
  await client.query(
    `CREATE ROLE ${name} LOGIN INHERIT CONNECTION LIMIT ${CONNECTIONS} PASSWORD ${client.escapeLiteral(password)}`,
  );
  const settings = { ...SESSION_DEFAULTS, ...(isSuperuser ? { temp_file_limit: '2GB' } : {}) };
  for (const [setting, value] of Object.entries(settings))
    await client.query(`ALTER ROLE ${name} SET ${setting} = ${client.escapeLiteral(value)}`);
  return isSuperuser;
}

async function openTo(
  client: pg.Client,
  subgraph: SubgraphName,
  name: string,
  { kind, id }: ReportingTenant,
): Promise<void> {
  const readers = `kedai_${subgraph}_reporting`;
  await closeToStrangers(client, [`kedai_${subgraph}`, `kedai_${subgraph}_worker`, readers]);
  await client.query(`INSERT INTO reporting_account (name, ${kind}_id) VALUES ($1, $2)`, [name, id]);
  await client.query(`GRANT ${readers} TO ${name} WITH INHERIT TRUE, SET FALSE, ADMIN FALSE`);
}

/**
 * Lets the owner and the given roles alone connect to the client's database, and nobody else make temporary tables and functions.
 * @throws ConfigurationError where the client's account does not own it.
 */
async function closeToStrangers(client: pg.Client, roles: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const name = rows[0]?.name ?? '';
  const database = client.escapeIdentifier(name);
  await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${['CURRENT_USER', ...roles].join(', ')};
    REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC`);
  const { rowCount } = await client.query(
    `SELECT FROM pg_database, aclexplode(datacl) AS granted
     WHERE datname = current_database() AND granted.grantee = 0 AND granted.privilege_type IN ('CONNECT', 'TEMPORARY')`,
  );
  if (rowCount !== 0)
    throw new ConfigurationError(
      `The database ${name} is open to every account of its server. Its owner closes it: REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC`,
    );
}

async function accountsIn(client: pg.Client): Promise<ReportingAccount[]> {
  const { rows } = await client.query<ReportingAccount>(
    `SELECT name, CASE WHEN outlet_id IS NULL THEN 'franchise' ELSE 'outlet' END AS kind,
            coalesce(outlet_id, franchise_id) AS id, created_at AS "createdAt"
     FROM reporting_account`,
  );
  return rows;
}

/** @param client of the menu's database. */
async function nameOf(client: pg.Client, { kind, id }: ReportingTenant): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${kind} WHERE id = $1`, [id]);
    return rows[0]?.name;
  } catch (error) {
    if (sqlFailureOf(error)?.sqlState === NOT_A_UUID) return undefined;
    throw error;
  }
}

const NOT_A_UUID = '22P02';

function accountUrl(ownerUrl: string, name: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = name;
  url.password = password;
  return url.href;
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
