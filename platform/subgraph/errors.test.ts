/** What leaves a subgraph whose database is away, going or coming, and what stands in its log. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildSchema,
  type ExecutionResult,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql';
import { LocalDateResolver } from 'graphql-scalars';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalPostgres, startLocalPostgres } from '../../deploy/local-fleet/postgres.js';
import { PrismaClient } from '../../prisma/menu/client/client.js';
import { migrate } from '../../prisma/migrate.js';
import { eventually } from '../../tests/support/wait.js';
import type { Bus } from '../bus/bus.js';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import { causeOf, newCause } from '../events/envelope.js';
import { ANONYMOUS } from '../identity/identity.js';
import type { Log } from '../log.js';
import { executeOperation } from './execution.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];
type MenuDatabase = OpenDatabase<PrismaClient, Transaction>;

const SCHEMA =
  'type Query { model: Int, raw: Int, pool: Int, work: Int, hangInWork: Int, idleInWork: Int, bug: Int }';
const WAYS = ['model', 'raw', 'pool', 'work'];

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

let lines: { level: number; msg: string; error: string; trace_id: string }[];
let letGo: () => void;
let log: Log;
beforeEach(() => {
  lines = [];
  log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
});

function openMenu(url: string): MenuDatabase {
  const bus: Bus = {
    publish: () => undefined,
    subscribe: () => Promise.reject(new Error('no subscriptions')),
    close: async () => undefined,
  };
  return openDatabase<Transaction, PrismaClient>({
    source: 'menu',
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}

/** Every way in which a resolver comes to a database. */
function ways(database: MenuDatabase) {
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { prisma, pool } = database;
  return {
    model: () => prisma.franchise.count(),
    raw: async () => void (await prisma.$queryRaw`SELECT 1`),
    pool: async () => void (await pool.query('SELECT 1')),
    work: () => database.work(newCause(), ({ tx }) => tx.franchise.count()),
    hangInWork: () =>
      database.work(newCause(), async ({ tx }) => void (await tx.$queryRaw`SELECT pg_sleep(600)::text`)),
    idleInWork: () =>
      database.work(newCause(), async ({ tx }) => {
        await tx.franchise.count();
        await held;
        await tx.franchise.count();
      }),
    bug: () => pool.query('SELECT nonsense'),
  };
}

function query(database: MenuDatabase, ...fields: string[]): Promise<ExecutionResult> {
  const context = ways(database);
  const schema = buildSchema(SCHEMA);
  for (const [name, resolve] of Object.entries(context)) {
    const field = schema.getQueryType()?.getFields()[name];
    if (field) field.resolve = resolve;
  }
  const subgraph = { name: 'menu', schema, context: () => ({}) };
  const call = { identity: ANONYMOUS, cause: causeOf({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }) };
  return executeOperation(subgraph, { document: parse(`{ ${fields.join(' ')} }`) }, call, log);
}

const codesOf = ({ errors = [] }: ExecutionResult) => errors.map(({ extensions }) => extensions.code);
const unavailable = (count: number) => Array.from({ length: count }, () => 'SUBGRAPH_UNAVAILABLE');

describe('a database that crashes and comes back', () => {
  let folder: string;
  let server: LocalPostgres;
  let database: MenuDatabase;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-outage-'));
    server = await startLocalPostgres({ folder, durable: true });
    const url = Object.assign(new URL(server.url), { pathname: '/kedai_menu' }).href;
    await migrate({ urls: { menu: url } });
    database = openMenu(url);
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers SUBGRAPH_UNAVAILABLE, with one warning per operation', async () => {
    expect((await query(database, ...WAYS)).errors).toBeUndefined();
    const underWay = [query(database, 'hangInWork'), query(database, 'idleInWork')];
    await eventually(async () => {
      const { rows } = await database.pool.query(
        `SELECT state FROM pg_stat_activity
         WHERE state = 'idle in transaction' OR (state = 'active' AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid())`,
      );
      expect(rows).toHaveLength(2);
    });
    await server.crash();
    letGo();
    for (const result of await Promise.all(underWay)) expect(codesOf(result)).toEqual(unavailable(1));
    const away = await query(database, ...WAYS);
    expect(codesOf(away)).toEqual(unavailable(4));
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual(
      Array.from({ length: 3 }, () => [40, 'the database cannot be reached']),
    );
    for (const { message } of away.errors ?? [])
      expect(message).toMatch(/may or may not have been carried out/);

    await server.start();
    expect((await query(database, ...WAYS)).errors).toBeUndefined();
  });

  it('hides no programming error', async () => {
    expect(codesOf(await query(database, 'bug'))).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([[50, 'resolver failed']]);
    expect(lines[0]?.error).toContain('nonsense');
    expect(lines[0]?.trace_id).toBe(TRACE);
  });
});

describe('a database that is starting', () => {
  /** It says so as PostgreSQL does: an ErrorResponse to each connection. */
  let server: Server;
  let database: MenuDatabase;
  beforeAll(async () => {
    const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');
    const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4]);
    server = createServer((socket) => socket.once('data', () => socket.end(Buffer.concat([head, fields]))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    database = openMenu(`postgres://kedai@127.0.0.1:${port}/kedai_menu`);
  });
  afterAll(async () => {
    await database.close();
    server.close();
  });

  it('counts as unavailable', async () => {
    expect(codesOf(await query(database, ...WAYS))).toEqual(unavailable(4));
    expect(lines.map(({ level }) => level)).toEqual([40]);
  });
});

it('says BAD_USER_INPUT for the literal of an argument that its scalar refuses', async () => {
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        day: { type: GraphQLString, args: { of: { type: LocalDateResolver } }, resolve: () => 'Monday' },
      },
    }),
  });
  const subgraph = { name: 'menu', schema, context: () => ({}) };
  const call = { identity: ANONYMOUS, cause: causeOf({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }) };
  const result = await executeOperation(
    subgraph,
    { document: parse('{ day(of: "2026-02-30") }') },
    call,
    log,
  );
  expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
});
