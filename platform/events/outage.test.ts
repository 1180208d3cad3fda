/** A consumer whose own database is away, while its queue is not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PrismaClient } from '../../prisma/menu/client/client.js';
import { migrate } from '../../prisma/migrate.js';
import { runAsOwner } from '../../tests/support/database.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { eventually } from '../../tests/support/wait.js';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded.js';
import { newId } from '../ids.js';
import { idempotent, startConsumer } from './consumer.js';
import { newCause } from './envelope.js';
import { eventQueueName } from './relay.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

describeOnBothBackends('a consumer whose database is away', (under) => {
  let folder: string;
  let server: EmbeddedPostgres;
  let database: OpenDatabase<PrismaClient, Transaction>;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-outage-'));
    server = await startEmbeddedPostgres({ folder, durable: false });
    port = Number(new URL(server.url).port);
    const url = new URL('/menu', server.url).href;
    await migrate({ urls: { menu: url } });
    database = openDatabase<Transaction, PrismaClient>({
      source: 'menu',
      url,
      bus: under.platform.bus,
      createClient: (adapter) => new PrismaClient({ adapter }),
    });
    await runAsOwner(
      url,
      `CREATE TABLE effect (place bigserial, consumer text, name text);
       GRANT ALL ON effect TO kedai_menu_worker; GRANT ALL ON SEQUENCE effect_place_seq TO kedai_menu_worker`,
    );
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const comeBack = async () => {
    server = await startEmbeddedPostgres({ folder, durable: false, port });
  };

  async function listen(name: string) {
    const tried = new Set<string>();
    const handle = idempotent(
      database,
      name,
      async ({ aggregateId }, { tx }) => {
        await tx.$executeRawUnsafe('INSERT INTO effect (consumer, name) VALUES ($1, $2)', name, aggregateId);
      },
      under.platform.log,
    );
    const work = await startConsumer(
      under.platform,
      {
        name,
        types: ['franchise.changed'],
        concurrency: 1,
        async handle(events) {
          for (const { aggregateId } of events) tried.add(aggregateId);
          await handle(events);
        },
      },
      database.ready,
    );
    return { tried, stop: () => work.stop() };
  }

  /** Each a job of its own. */
  async function deliver(consumer: string, names: readonly string[]): Promise<void> {
    for (const name of names) {
      const event = {
        id: newId(),
        type: 'franchise.changed',
        version: 1,
        source: 'menu',
        occurredAt: new Date().toISOString(),
        aggregateId: name,
        aggregateVersion: 1,
        data: { franchiseId: name, name },
        metadata: newCause(),
      };
      await under.platform.queues.add(eventQueueName(consumer), { events: [event] }, { jobId: newId() });
    }
  }

  async function effectsOf(consumer: string): Promise<string[]> {
    const { rows } = await database.pool.query<{ name: string }>(
      'SELECT name FROM effect WHERE consumer = $1 ORDER BY place',
      [consumer],
    );
    return rows.map(({ name }) => name);
  }

  const countsOf = (consumer: string) => under.platform.queues.counts(eventQueueName(consumer));
  const named = (count: number) =>
    Array.from({ length: count }, (_, place) => String(place).padStart(3, '0'));

  /** Redis hands out jobs one by one; PostgreSQL to several connections at once, which is as near as those jobs are. */
  const disorder = () => (under.platform.redis === null ? 32 : 0);
  const furthestFromItsPlace = (effects: readonly string[]) =>
    Math.max(...effects.map((name, place) => Math.abs(Number(name) - place)));

  it('fails no job and applies all events in order when it is back', async () => {
    const consumer = newId();
    const { tried, stop } = await listen(consumer);
    const names = named(100);
    await server.stop();
    await deliver(consumer, names.slice(0, 20));
    await eventually(() => expect(tried.size).toBeGreaterThan(0));
    await deliver(consumer, names.slice(20));
    expect(await countsOf(consumer)).toMatchObject({ delayed: 0, failed: 0 });
    await comeBack();
    await eventually(async () => expect(await effectsOf(consumer)).toHaveLength(names.length));
    expect(furthestFromItsPlace(await effectsOf(consumer))).toBeLessThanOrEqual(disorder());
    await stop();
  });

  it('stops at once, and its successor applies all events in order', async () => {
    const consumer = newId();
    const first = await listen(consumer);
    const names = named(60);
    await server.stop();
    await deliver(consumer, names);
    await eventually(() => expect(first.tried.size).toBeGreaterThan(0));
    await first.stop();
    expect(await countsOf(consumer)).toMatchObject({ active: 0, failed: 0 });
    await comeBack();
    const second = await listen(consumer);
    await eventually(async () => expect(await effectsOf(consumer)).toHaveLength(names.length));
    expect(furthestFromItsPlace(await effectsOf(consumer))).toBeLessThanOrEqual(disorder());
    await second.stop();
  });
});
