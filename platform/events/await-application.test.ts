import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { PrismaClient } from '../../prisma/menu/client/client.js';
import { type FreshDatabase, freshDatabase, runAsOwner } from '../../tests/support/database.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { eventually } from '../../tests/support/wait.js';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import { newId } from '../ids.js';
import type { Work } from '../queue/queues.js';
import { type ApplicationAwaiter, createApplicationAwaiter } from './await-application.js';
import { type Consumer, idempotent, startConsumer } from './consumer.js';
import { type NewEvent, newCause } from './envelope.js';
import { type Relay, startRelay } from './relay.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/** A bound that a test reaches only when confirmations are missing. */
const UNREACHED = 60_000;

describeOnBothBackends('a unit of work that awaits the application of its events', (under) => {
  let file: FreshDatabase;
  let database: OpenDatabase<PrismaClient, Transaction>;
  let relay: Relay;
  const awaiters: ApplicationAwaiter[] = [];
  const started: Work[] = [];
  let releaseStuck = () => {};

  beforeAll(async () => {
    file = await freshDatabase('menu');
    database = openDatabase<Transaction, PrismaClient>({
      source: 'menu',
      url: file.url,
      bus: under.platform.bus,
      createClient: (adapter) => new PrismaClient({ adapter }),
    });
    await runAsOwner(
      file.url,
      'CREATE TABLE effect (event_id uuid, consumer text); GRANT ALL ON effect TO kedai_menu_worker',
    );
    const { queues, consumers, log } = under.platform;
    relay = startRelay({ source: 'menu', pool: database.pool, queues, consumers, log });
  });
  /** A new consumer gets earlier events, so every test begins with an empty outbox. */
  beforeEach(async () => {
    await database.pool.query('DELETE FROM outbox');
  });
  afterEach(async () => {
    releaseStuck();
    await Promise.all(started.splice(0).map((work) => work.stop()));
    await Promise.all(awaiters.splice(0).map((awaiter) => awaiter.close()));
  });
  afterAll(async () => {
    await relay.stop();
    await database.close();
    await file.drop();
  });

  function deliver(boundMilliseconds: number): void {
    const { bus, consumers, log } = under.platform;
    const applications = createApplicationAwaiter({ bus, consumers, log, boundMilliseconds });
    awaiters.push(applications);
    database.deliverEventsBy({ applications, onCommitted: () => relay.wake() });
  }

  /** A consumer whose effect is a row. */
  async function start(consumer: Partial<Consumer> = {}): Promise<string> {
    const { log } = under.platform;
    const name = newId();
    const handle = idempotent(
      database,
      name,
      async ({ id }, { tx }) => {
        await tx.$executeRawUnsafe('INSERT INTO effect VALUES ($1::uuid, $2)', id, name);
      },
      log,
    );
    const given: Consumer = { types: ['franchise.changed'], handle, ...consumer, name };
    started.push(await startConsumer(under.platform, given, database.ready));
    return name;
  }

  /** A live consumer that applies nothing until `releaseStuck()` is called. */
  async function startStuck(types: Consumer['types'] = ['franchise.changed']) {
    const state = { handled: 0 };
    const released = new Promise<void>((resolve) => {
      releaseStuck = resolve;
    });
    await start({
      types,
      async handle(events) {
        await released;
        state.handled += events.length;
      },
    });
    return state;
  }

  async function countEffects(consumer: string): Promise<number> {
    const { rowCount } = await database.pool.query('SELECT 1 FROM effect WHERE consumer = $1', [consumer]);
    return rowCount ?? 0;
  }

  async function write(events: readonly NewEvent[] = [someEvent()], result = 'written'): Promise<string> {
    const run = async ({ emit }: { emit(event: NewEvent): void }) => {
      for (const event of events) emit(event);
      return result;
    };
    return database.work(newCause(), run, { awaitsApplication: true });
  }

  it('resolves when every live consumer has applied all of them', async () => {
    deliver(UNREACHED);
    const names = [await start(), await start()];
    expect(await write([someEvent(), someEvent()])).toBe('written');
    expect(await Promise.all(names.map(countEffects))).toEqual([2, 2]);
  });

  it('resolves when a consumer has handled them, its in-memory copies included', async () => {
    deliver(UNREACHED);
    let copied = 0;
    await start({
      async handle(events) {
        await new Promise((resolve) => setImmediate(resolve));
        copied += events.length;
      },
    });
    await write();
    expect(copied).toBe(1);
  });

  it('awaits no consumer of other types', async () => {
    deliver(UNREACHED);
    await startStuck(['outlet.changed']);
    expect(await write()).toBe('written');
  });

  it('awaits nothing where nothing was emitted', async () => {
    deliver(UNREACHED);
    await startStuck();
    expect(await write([])).toBe('written');
  });

  it('resolves at its bound when a live consumer is stuck, and the effect comes later', async () => {
    deliver(20);
    const stuck = await startStuck();
    expect(await write()).toBe('written');
    expect(stuck.handled).toBe(0);
    releaseStuck();
    await eventually(() => expect(stuck.handled).toBe(1));
  });

  it('does not await a consumer that has stopped', async () => {
    deliver(UNREACHED);
    await start();
    await Promise.all(started.splice(0).map((work) => work.stop()));
    expect(await write()).toBe('written');
  });

  it('does not await a crashed consumer once its heartbeat has lapsed', async () => {
    deliver(UNREACHED);
    const { consumers, pool, redis } = under.platform;
    const name = newId();
    await consumers.beat([{ name, types: ['franchise.changed'], instance: 'crashed' }]);
    expect([...(await consumers.live()).keys()]).toContain(name);
    await pool?.query(`UPDATE consumer_heartbeat SET seen_at = seen_at - interval '16 seconds'`);
    const key = 'kedai:consumer-heartbeats';
    await redis?.zincrby(key, -16, `${name} crashed`);
    expect([...(await consumers.live()).keys()]).not.toContain(name);
    expect(await write()).toBe('written');
  });

  it('fails as the work fails, and writes nothing', async () => {
    deliver(UNREACHED);
    const name = await start();
    const failing = database.work(
      newCause(),
      async ({ emit }) => {
        emit(someEvent());
        throw new Error('refused');
      },
      { awaitsApplication: true },
    );
    await expect(failing).rejects.toThrow('refused');
    await write();
    expect(await countEffects(name)).toBe(1);
  });

  it('serves several writers at once', async () => {
    deliver(UNREACHED);
    const name = await start();
    await Promise.all(Array.from({ length: 20 }, () => write()));
    expect(await countEffects(name)).toBe(20);
  });

  it('writes without waiting while the registry is away', async () => {
    const { bus, log } = under.platform;
    const consumers = { live: () => Promise.reject(new Error('away')) };
    const applications = createApplicationAwaiter({ bus, consumers, log, boundMilliseconds: UNREACHED });
    awaiters.push(applications);
    database.deliverEventsBy({ applications, onCommitted: () => relay.wake() });
    await startStuck();
    expect(await write()).toBe('written');
  });
});

function someEvent(): NewEvent {
  const franchiseId = newId();
  return {
    type: 'franchise.changed',
    aggregateId: franchiseId,
    aggregateVersion: 1,
    data: { franchiseId, name: 'Kedai Timur' },
  };
}
