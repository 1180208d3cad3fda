import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { PrismaClient } from '../../prisma/menu/client/client.js';
import { type FreshDatabase, freshDatabase, runAsOwner } from '../../tests/support/database.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { eventually } from '../../tests/support/wait.js';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import { firstIdAt, newId } from '../ids.js';
import type { Platform } from '../platform.js';
import { idempotent, startConsumer } from './consumer.js';
import { type AnyEvent, type NewEvent, newCause } from './envelope.js';
import { eventQueueName, type Relay, startRelay } from './relay.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

describeOnBothBackends('events', (under) => {
  let file: FreshDatabase;
  let database: OpenDatabase<PrismaClient, Transaction>;
  const relays: Relay[] = [];

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
  });
  afterAll(async () => {
    await database.close();
    await file.drop();
  });
  /** A later consumer gets earlier events, so every test begins with an empty outbox. */
  beforeEach(async () => {
    await database.pool.query('DELETE FROM outbox');
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  });

  function relay(platform: Platform = under.platform, consumers = platform.consumers): Relay {
    const { queues, log } = platform;
    const started = startRelay({ source: 'menu', pool: database.pool, queues, consumers, log });
    relays.push(started);
    return started;
  }

  /** A consumer whose effect is a row, so that the database itself counts the effects. */
  async function startNamed(name: string, effect: (event: AnyEvent) => void = () => undefined) {
    const handle = idempotent(
      database,
      name,
      async (event, { tx }) => {
        effect(event);
        await tx.$executeRawUnsafe('INSERT INTO effect VALUES ($1::uuid, $2)', event.id, name);
      },
      under.platform.log,
    );
    await startConsumer(under.platform, { name, types: ['franchise.changed'], handle }, database.ready);
  }

  async function effectsOf(consumer: string): Promise<string[]> {
    const { rows } = await database.pool.query<{ event_id: string }>(
      'SELECT event_id FROM effect WHERE consumer = $1',
      [consumer],
    );
    return rows.map(({ event_id }) => event_id);
  }

  async function emit(count: number): Promise<void> {
    await database.work(newCause(), async ({ emit }) => {
      for (let number = 0; number < count; number += 1) emit(someEvent());
    });
  }

  it('reach every consumer of their type, once, with the complete envelope', async () => {
    const [first, second] = [newId(), newId()];
    let consumed: AnyEvent | undefined;
    await startNamed(first, (event) => {
      consumed = event;
    });
    await startNamed(second);
    const cause = newCause();
    const event = someEvent();
    await database.work(cause, async ({ emit }) => emit(event));
    relay();
    await eventually(async () =>
      expect([...(await effectsOf(first)), ...(await effectsOf(second))]).toHaveLength(2),
    );
    expect(consumed).toEqual({
      ...event,
      id: expect.any(String),
      version: 1,
      source: 'menu',
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      metadata: cause,
    });
  });

  it('are not written when the change that they report fails', async () => {
    const before = await countOutbox();
    const failing = database.work(newCause(), async ({ emit }) => {
      emit(someEvent());
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(await countOutbox()).toBe(before);
  });

  it('are applied once each with two relays on one outbox', async () => {
    const name = newId();
    await startNamed(name);
    const other = await under.another();
    relay();
    relay(other);
    for (let batch = 0; batch < 10; batch += 1) await emit(30);
    await eventually(async () => expect((await effectsOf(name)).length).toBe(300));
    expect(new Set(await effectsOf(name)).size).toBe(300);
    await relays.pop()?.stop();
    await other.close();
  });

  it('are applied once however often they are delivered', async () => {
    const name = newId();
    await startNamed(name);
    await emit(20);
    relay();
    await eventually(async () => expect((await effectsOf(name)).length).toBe(20));
    await database.pool.query('UPDATE outbox SET enqueued_at = NULL');
    await eventually(async () => expect(await countPending()).toBe(0));
    await emit(1);
    const everything = await countOutbox();
    await eventually(async () => expect((await effectsOf(name)).length).toBeGreaterThanOrEqual(everything));
    expect(new Set(await effectsOf(name)).size).toBe(everything);
    expect((await effectsOf(name)).length).toBe(everything);
  });

  it('are retried when an effect fails, without delaying the others', async () => {
    const name = newId();
    let stubborn: string | undefined;
    let refusals = 0;
    await startNamed(name, (event) => {
      stubborn ??= event.id;
      if (event.id === stubborn && refusals < 4) {
        refusals += 1;
        throw new Error('not yet');
      }
    });
    await emit(10);
    relay();
    await eventually(async () => expect((await effectsOf(name)).length).toBe(10));
    expect(refusals).toBe(4);
    expect(new Set(await effectsOf(name)).size).toBe(10);
  });

  it('are enqueued again when the queue server has lost its data', async () => {
    await emit(5);
    relay();
    await eventually(async () => expect(await countPending()).toBe(0));
    const latecomer = newId();
    await startNamed(latecomer);
    const { redis, pool } = under.platform;
    await redis?.hdel('kedai:relay-markers', 'menu');
    await pool?.query('DELETE FROM relay_marker');
    await eventually(async () => expect((await effectsOf(latecomer)).length).toBe(await countOutbox()));
  });

  it('reach the consumers registered before the queue server was emptied, and later ones, without a restart', async () => {
    const name = newId();
    await startNamed(name);
    relay();
    const { redis, pool } = under.platform;
    await redis?.flushall();
    await pool?.query('TRUNCATE event_listener, relay_marker');
    await emit(5);
    await eventually(async () => expect(await countPending()).toBe(0));
    await eventually(async () => expect((await effectsOf(name)).length).toBe(await countOutbox()));
    const latecomer = newId();
    await startNamed(latecomer);
    await eventually(async () => expect((await effectsOf(latecomer)).length).toBe(await countOutbox()));
  });

  it('of the last minute are enqueued again when the queue server has restarted and may have lost them', async () => {
    const name = newId();
    const { consumers, redis, pool } = under.platform;
    await consumers.add(name, ['franchise.changed']);
    await emit(5);
    const first = relay();
    await eventually(async () => expect(await countPending()).toBe(0));
    await first.stop();
    const queue = eventQueueName(name);
    const lost = await redis?.keys(`bull:${queue}:*`);
    if (lost) await redis?.del(...lost);
    await pool?.query('DELETE FROM bullmq.job WHERE queue = $1', [queue]);
    await startNamed(name);
    relay(under.platform, { ...consumers, serverRun: async () => 'another' });
    await eventually(async () => expect((await effectsOf(name)).length).toBe(5));
  });

  it('reach consumers again whose database was set back to an older state than the queues', async () => {
    const name = newId();
    await startNamed(name);
    for (const count of [5, 1]) {
      await emit(count);
      // A relay that starts notes what was enqueued last.
      for (const _turn of ['enqueues', 'notes']) {
        const started = relay();
        await eventually(async () => expect((await effectsOf(name)).length).toBe(await countOutbox()));
        await started.stop();
      }
    }
    await database.pool.query(
      'DELETE FROM outbox WHERE id = (SELECT id FROM outbox ORDER BY id DESC LIMIT 1)',
    );
    await database.pool.query(
      `WITH lost AS (DELETE FROM effect) DELETE FROM inbox WHERE consumer = '${name}'`,
    );
    relay();
    await eventually(async () => expect(await effectsOf(name)).toHaveLength(5));
  });

  it('are not enqueued again because the newest has left the outbox after its retention', async () => {
    const { consumers } = under.platform;
    const newestEvent = firstIdAt(Date.now() - 3 * 24 * 3_600_000);
    const marker = { consumers: await consumers.all(), serverRun: await consumers.serverRun(), newestEvent };
    await consumers.setMarker('menu', marker);
    let forgotten = 0;
    const forgetMarkers = async () => {
      forgotten += 1;
    };
    relay(under.platform, { ...consumers, forgetMarkers });
    await emit(1);
    await eventually(async () => expect(await countPending()).toBe(0));
    expect(forgotten).toBe(0);
  });

  it('are pruned from the inbox a month after their last delivery', async () => {
    const name = newId();
    await startNamed(name);
    await emit(2);
    relay();
    await eventually(async () => expect((await effectsOf(name)).length).toBe(2));
    const [again, past] = await effectsOf(name);
    await database.pool.query(
      `UPDATE inbox SET handled_at = now() - interval '29 days' WHERE consumer = $1`,
      [name],
    );
    await database.pool.query('UPDATE outbox SET enqueued_at = NULL WHERE id = $1', [again]);
    const remembered = async (condition: string) => {
      const { rows } = await database.pool.query<{ event_id: string }>(
        `SELECT event_id FROM inbox WHERE consumer = $1 AND ${condition}`,
        [name],
      );
      return rows.map(({ event_id }) => event_id);
    };
    await eventually(async () =>
      expect(await remembered(`handled_at > now() - interval '1 day'`)).toEqual([again]),
    );
    await database.pool.query(
      `UPDATE inbox SET handled_at = handled_at - interval '2 days' WHERE event_id = $1`,
      [past],
    );
    await eventually(async () => expect(await remembered('true')).toEqual([again]));
    expect((await effectsOf(name)).length).toBe(2);
  });

  it('reach a consumer that registers while one relay restores and another is in the middle of a batch', async () => {
    const { consumers } = under.platform;
    await startNamed(newId());
    const [restored, marked, batchBegun, batchFreed] = [newStep(), newStep(), newStep(), newStep()];
    relay(under.platform, {
      ...consumers,
      async setMarker(source, marker) {
        restored.done();
        await marked.isDone;
        await consumers.setMarker(source, marker);
      },
    });
    await restored.isDone;
    relay(under.platform, {
      ...consumers,
      marker: async () => ({
        consumers: await consumers.all(),
        serverRun: await consumers.serverRun(),
      }),
      async all() {
        const all = await consumers.all();
        batchBegun.done();
        await batchFreed.isDone;
        return all;
      },
    });
    await emit(5);
    await batchBegun.isDone;
    const latecomer = newId();
    await startNamed(latecomer);
    marked.done();
    batchFreed.done();
    await eventually(async () => expect((await effectsOf(latecomer)).length).toBe(await countOutbox()));
  });

  it('reach a consumer that consumes more types than before, also while its older version registers again', async () => {
    const name = newId();
    const { consumers } = under.platform;
    await consumers.add(name, ['outlet.changed']);
    await emit(5);
    relay();
    await eventually(async () => expect(await countPending()).toBe(0));
    await startNamed(name);
    await consumers.add(name, ['outlet.changed']);
    await eventually(async () => expect((await effectsOf(name)).length).toBe(5));
    await emit(1);
    await eventually(async () => expect((await effectsOf(name)).length).toBe(6));
  });

  it('are not mistaken for an earlier batch of the same length that begins with the same event', async () => {
    const name = newId();
    await startNamed(name);
    const first = relay();
    await emit(1);
    await eventually(async () => expect((await effectsOf(name)).length).toBe(1));
    await first.stop();
    await database.pool.query('DELETE FROM outbox; DELETE FROM effect');

    await emit(3);
    const { rows } = await database.pool.query<{ id: string }>('SELECT id FROM outbox ORDER BY id');
    const [one, two, three] = rows.map(({ id }) => id);
    const mark = (ids: (string | undefined)[], at: string) =>
      database.pool.query(`UPDATE outbox SET enqueued_at = ${at} WHERE id = ANY ($1::uuid[])`, [ids]);
    await mark([three], 'now()');
    const second = relay();
    await eventually(async () => expect((await effectsOf(name)).sort()).toEqual([one, two]));
    await second.stop();
    await mark([one, three], 'NULL');
    relay();
    await eventually(async () => expect((await effectsOf(name)).sort()).toEqual([one, two, three]));
  });

  async function countPending(): Promise<number> {
    const { rowCount } = await database.pool.query('SELECT 1 FROM outbox WHERE enqueued_at IS NULL');
    return rowCount ?? 0;
  }

  async function countOutbox(): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM outbox',
    );
    return rows[0]?.count ?? 0;
  }
});

/** A step that others wait for. */
function newStep() {
  let done: () => void = () => undefined;
  const isDone = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { isDone, done };
}

function someEvent(): NewEvent {
  const franchiseId = newId();
  return {
    type: 'franchise.changed',
    aggregateId: franchiseId,
    aggregateVersion: 1,
    data: { franchiseId, name: 'Kedai Timur' },
  };
}
