/** Creates the database that a URL names. Concurrent processes may do so. */
import pg from 'pg';

export async function isDatabaseMissing(url: string): Promise<boolean> {
  const probe = new pg.Client({ connectionString: url });
  try {
    await probe.connect();
    return false;
  } catch (error) {
    if (hasCode(error, MISSING_DATABASE)) return true;
    throw error;
  } finally {
    await probe.end();
  }
}

/** Does nothing where another process has created it. */
export async function createDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  const administrator = new pg.Client({ connectionString: server.href });
  await administrator.connect();
  try {
    await administrator.query(`CREATE DATABASE ${administrator.escapeIdentifier(name)}`);
  } catch (error) {
    // Another process created it in between; on a race PostgreSQL reports the catalogue's unique index instead.
    if (!hasCode(error, DATABASE_EXISTS, UNIQUE_VIOLATION)) throw error;
  } finally {
    await administrator.end();
  }
}

const MISSING_DATABASE = '3D000';
const DATABASE_EXISTS = '42P04';
const UNIQUE_VIOLATION = '23505';

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code);
}
