/**
 * A migrated database of a test file's own. Each subgraph's migrations run once per test run, into a template, and so does what
 * fills it; every further database is a copy of that.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { type DatabaseName, migrate } from '../../prisma/migrate.js';

const LOOKS = 100;
const POLL_INTERVAL_MILLISECONDS = 20;

export interface FreshDatabase {
  readonly url: string;
  /** Drops it, and terminates connections that are still open a while later: end the pools first. */
  drop(): Promise<void>;
}

/** Fills a migrated database: always with the same rows, and in no other way than other functions of its name. */
export type Fill = (url: string) => Promise<void>;

/**
 * `platform` is empty: what lies there migrates itself.
 * @param fill runs once per test run for all databases that are filled by it: a function with a name of its own.
 */
export async function freshDatabase(name: DatabaseName, fill?: Fill): Promise<FreshDatabase> {
  const database = `${name}_${randomBytes(6).toString('hex')}`;
  await asAdministrator(async (client) => {
    const template = await ensureTemplate(client, name, fill);
    await client.query(createStatement(database, template));
  });
  return {
    url: urlOf(database),
    drop: () =>
      asAdministrator(async (client) => {
        await untilLeft(client, database);
        await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      }),
  };
}

/** Runs statements as the account that owns the database, as migrations are. */
export async function runAsOwner(url: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}

/** A pool that has ended may still be closing connections; their termination is an error without a listener. */
async function untilLeft(client: pg.Client, database: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [database]);
    if (rowCount === 0) return;
    await sleep(POLL_INTERVAL_MILLISECONDS);
  }
}

/** Test files run at once, so the first one makes the template while the others wait. */
async function ensureTemplate(client: pg.Client, name: DatabaseName, fill?: Fill): Promise<string> {
  const template = ['template', name, ...(fill ? [fill.name] : [])].join('_').toLowerCase();
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount !== 0) return template;
    const draft = `${template}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft}`);
    if (fill === undefined) {
      await client.query(`CREATE DATABASE ${draft}`);
      await migrate({ urls: { [name]: urlOf(draft) } });
    } else {
      await client.query(createStatement(draft, await ensureTemplate(client, name)));
      await fill(urlOf(draft));
    }
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
    return template;
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  }
}

/** By files: to write a copy to the log, block by block, takes five times the processor time. */
function createStatement(database: string, template: string): string {
  return `CREATE DATABASE ${database} TEMPLATE ${template} STRATEGY FILE_COPY`;
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdministrator(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
