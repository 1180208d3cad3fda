/**
 * The PostgreSQL roles that a subgraph's statements run as. None of them owns anything or bypasses row-level security; the
 * account of the configured URL does, and serves migrations and the seed alone.
 *
 * - `kedai_<subgraph>`: the account that requests connect as. It may do nothing before it takes one of the next two.
 * - `kedai_<subgraph>_tenant`: what a caller may reach, by the tenants set in the transaction (see `caller-database.ts`).
 * - `kedai_<subgraph>_chain`: every tenant's rows, for head office.
 * - `kedai_<subgraph>_worker`: an account, too: consumers of events, background work, statements that check their caller
 *   themselves.
 * - `kedai_<subgraph>_reporting`: the views of the schema `reporting`, for the accounts of third parties (`deploy/reporting`).
 *
 * Migrations make the roles and their policies (`protect` in each subgraph's migration `walls`); `prepareAccounts` lets
 * the two accounts sign in. A role belongs to a server, so several databases of one subgraph share them.
 */
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { sqlFailureOf } from '../sql/sql-failure.js';

export type CallerRole = 'tenant' | 'chain';
export type Account = 'requests' | 'worker';

export function callerRole(subgraph: string, role: CallerRole): string {
  return `kedai_${subgraph}_${role}`;
}

function accountName(subgraph: string, account: Account): string {
  return account === 'requests' ? `kedai_${subgraph}` : `kedai_${subgraph}_worker`;
}

/**
 * The URL by which a subgraph's account connects: that of the owner with another name and password. The password is derived
 * from the owner's (HMAC-SHA-256), which cannot be computed from it.
 */
export function accountUrl(ownerUrl: string, subgraph: string, account: Account): string {
  const url = new URL(ownerUrl);
  const name = accountName(subgraph, account);
  url.username = name;
  url.password = passwordOf(decodeURIComponent(new URL(ownerUrl).password), name);
  return url.href;
}

function passwordOf(ownerPassword: string, name: string): string {
  return createHmac('sha256', ownerPassword).update(name).digest('base64url');
}

/**
 * Lets a subgraph's accounts connect: gives each its password unless it signs in with it already. Safe to repeat, in several
 * processes at once.
 * @param ownerUrl of the migrated database.
 */
export async function prepareAccounts(subgraph: string, ownerUrl: string): Promise<void> {
  const accounts = ['requests', 'worker'] as const;
  const refused = await Promise.all(
    accounts.map(async (account) => !(await signsIn(accountUrl(ownerUrl, subgraph, account)))),
  );
  if (!refused.includes(true)) return;
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    for (const account of accounts) {
      const { username, password } = new URL(accountUrl(ownerUrl, subgraph, account));
      const name = owner.escapeIdentifier(username);
      await owner.query(`ALTER ROLE ${name} LOGIN PASSWORD ${owner.escapeLiteral(password)}`);
    }
  } catch (error) {
    const { sqlState } = sqlFailureOf(error) ?? {};
    if (sqlState === MISSING_ROLE) return;
    // Another process altered a role in the same moment, to the same.
    if (sqlState !== CONCURRENT_UPDATE) throw error;
    await prepareAccounts(subgraph, ownerUrl);
  } finally {
    await owner.end();
  }
}

const CONCURRENT_UPDATE = 'XX000';
/** The migrations that were applied are not Kedai's own: they make no roles. */
const MISSING_ROLE = '42704';
/** The account has another password, or may not sign in. */
const REFUSED = new Set(['28P01', '28000']);

async function signsIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (REFUSED.has(sqlFailureOf(error)?.sqlState ?? '')) return false;
    throw error;
  } finally {
    await client.end();
  }
}
