import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../tests/support/wait.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded.js';
import { createLog } from '../log.js';
import { openPostgresBus } from './postgres-bus.js';

describe('the bus on PostgreSQL', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-bus-'));
    server = await startEmbeddedPostgres({ folder, durable: false });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('subscribes again, once, when the server is back after several attempts', async () => {
    const { url } = server;
    const pool = new pg.Pool({ connectionString: url });
    pool.on('error', () => undefined);
    const tries: string[] = [];
    const log = createLog('silent');
    const warn = log.warn.bind(log);
    log.warn = (details: object, message?: string) => {
      if (message !== undefined) tries.push(message);
      warn(details, message);
    };
    const bus = await openPostgresBus(pool, url, log);
    const listener = await bus.subscribe('topic');

    await server.stop();
    await eventually(() =>
      expect(tries.filter((message) => message === 'bus: cannot listen yet').length).toBeGreaterThan(3),
    );
    server = await startEmbeddedPostgres({ folder, durable: false, port: Number(new URL(url).port) });

    const received = listener.next();
    let isHeard = false;
    void received.then(() => {
      isHeard = true;
    });
    await eventually(() => {
      bus.publish('topic', { version: 1 });
      expect(isHeard).toBe(true);
    });
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'kedai-bus'`,
    );
    expect(rows).toEqual([{ count: 1 }]);
    await bus.close();
    await pool.end();
  });
});
