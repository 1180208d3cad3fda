/** Deliveries to a real receiver: in order, by several processes, and through their deaths. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { sealing } from '../../../platform/identity/sealing.js';
import { newId } from '../../../platform/ids.js';
import { createLog } from '../../../platform/log.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import { eventually } from '../../../tests/support/wait.js';
import { webhookPoster } from '../delivery/post.js';
import { resolveLocally } from '../delivery/receiver-address.js';
import { newWebhookSecret } from '../delivery/webhooks/signature.js';
import { MAXIMUM_ATTEMPTS } from '../domain/webhook-schedule.js';
import { type OwnMessagesDatabase, openMessagesDatabase } from '../store/database.js';
import { insertDeliveries, pruneWebhookEvents } from '../store/webhooks/deliveries.js';
import { insertSecret, insertWebhook } from '../store/webhooks/webhooks.js';
import { SECRET } from '../testing/harness.js';
import { type Receiver, startReceiver, withStatus } from '../testing/receiver.js';
import { startWebhookSender, type WebhookSender } from './webhook-sender.js';

const seal = sealing(SECRET, 'webhook secrets');
let fresh: FreshDatabase;
let database: OwnMessagesDatabase;
let receiver: Receiver;
let webhookId: string;
const senders: WebhookSender[] = [];

beforeAll(async () => {
  fresh = await freshDatabase('messages');
  database = openMessagesDatabase(fresh.url, { publish: () => undefined });
});
beforeEach(async () => {
  receiver = await startReceiver();
  webhookId = await subscribe(receiver.url);
});
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.stop()));
  await database.pool.query('DELETE FROM webhook');
  await receiver.stop();
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

function start(): WebhookSender {
  const post = webhookPoster({ allowsPrivate: true, resolve: resolveLocally });
  const sender = startWebhookSender({ database, sealing: seal, post, log: createLog('silent') });
  senders.push(sender);
  return sender;
}

async function subscribe(url: string): Promise<string> {
  const id = newId('Webhook');
  await database.work(newCause(), async ({ tx }) => {
    const place = { franchiseId: null, outletId: null };
    await insertWebhook(tx, { id, ...place, url, eventTypes: ['order.paid', 'order.ready'] });
    await insertSecret(tx, { id: newId(), webhookId: id, sealed: seal.seal(newWebhookSecret(), id) });
  });
  return id;
}

interface Happened {
  readonly type?: string;
  readonly aggregateId?: string;
  readonly aggregateVersion?: number;
}

/** @returns the event's id. */
async function happen({
  type = 'order.paid',
  aggregateId = newId(),
  aggregateVersion = 1,
}: Happened = {}): Promise<string> {
  const id = newId();
  const event = { id, type, aggregateId, aggregateVersion, franchiseId: newId(), outletId: newId() };
  const written = { ...event, occurredAt: new Date().toISOString(), body: JSON.stringify(event) };
  await database.work(newCause(), ({ tx }) => insertDeliveries(tx, [written]));
  return id;
}

interface DeliveryRow {
  readonly state: string;
  readonly attempts: number;
  readonly failure: string | null;
  readonly response_status: number | null;
  readonly pause: number;
}

async function rowOf(eventId: string): Promise<DeliveryRow | undefined> {
  const { rows } = await database.pool.query<DeliveryRow>(
    `SELECT state, attempts, failure, response_status, extract(epoch FROM next_attempt_at - last_attempt_at)::float8 AS pause
     FROM webhook_delivery WHERE event_id = $1`,
    [eventId],
  );
  return rows[0];
}

async function untilState(eventId: string, state: string): Promise<void> {
  await eventually(async () => expect((await rowOf(eventId))?.state).toBe(state));
}

/** As if every pause before a next attempt had passed. */
async function letPausesPass(): Promise<void> {
  await database.pool.query(`UPDATE webhook_delivery SET next_attempt_at = now() WHERE state = 'WAITING'`);
}

const postedIds = () => receiver.received.map(({ headers }) => headers['webhook-id']);
const statusOf = async (): Promise<unknown> =>
  (await database.pool.query('SELECT status, failing_since FROM webhook WHERE id = $1', [webhookId])).rows[0];

describe('a delivery', () => {
  it('whose sender dies between the answer and its commit is posted again, by its same id', async () => {
    const eventId = await happen();
    const holder = await database.pool.connect();
    let child: ChildProcess | undefined;
    try {
      receiver.answer((response) => {
        // The answer is marked behind this lock.
        const lock = `BEGIN; SELECT FROM webhook_delivery WHERE event_id = '${eventId}' FOR UPDATE`;
        void holder.query(lock).then(() => response.writeHead(200).end());
      });
      const hooks = join(PROJECT_FOLDER, 'tests', 'support', 'run-typescript.mjs');
      const program = join(PROJECT_FOLDER, 'subgraphs', 'messages', 'testing', 'webhook-sender-process.ts');
      child = spawn(process.execPath, ['--import', hooks, program], {
        env: { PATH: process.env.PATH, DATABASE: fresh.url, SECRET },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      // The process waits to mark what was answered.
      const { pid } = await eventually(async () => {
        const { rows } = await database.pool.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%DELIVERED%'`,
        );
        const [waiting] = rows;
        if (waiting === undefined) throw new Error('Not answered yet');
        return waiting;
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
      // PostgreSQL may find the lock free before it finds the client gone.
      await database.pool.query('SELECT pg_terminate_backend($1, 10000)', [pid]);
      await holder.query('ROLLBACK');
    } finally {
      child?.kill('SIGKILL');
      holder.release();
    }
    expect(await rowOf(eventId)).toMatchObject({ state: 'WAITING', attempts: 1 });
    // As if the claim had lapsed.
    await letPausesPass();
    receiver.answer(withStatus(200));
    start();
    await untilState(eventId, 'DELIVERED');
    expect(postedIds()).toEqual([eventId, eventId]);
  });

  it('is posted by one of several senders', async () => {
    receiver.answer((response) => void setTimeout(() => response.writeHead(200).end(), 20));
    const [one, other] = [start(), start()];
    const ids: string[] = [];
    for (let count = 0; count < 60; count += 1) ids.push(await happen());
    one.wake();
    other.wake();
    for (const id of ids) await untilState(id, 'DELIVERED');
    expect(postedIds().toSorted()).toEqual(ids.toSorted());
  });

  it('is posted again after 2 s, 15 s and 1 min, until it is given up and stays visible', async () => {
    receiver.answer(withStatus(500));
    const eventId = await happen();
    start();
    for (const [attempts, pause] of [
      [1, 2],
      [2, 15],
      [3, 60],
    ] as const) {
      await eventually(async () => {
        const row = await rowOf(eventId);
        expect(row).toMatchObject({
          attempts,
          state: 'WAITING',
          failure: 'Answered 500',
          response_status: 500,
        });
        expect(row?.pause).toBeGreaterThanOrEqual(pause);
        expect(row?.pause).toBeLessThan(pause * 1.1 + 5);
      });
      await letPausesPass();
    }
    await eventually(async () => expect((await rowOf(eventId))?.attempts).toBe(4));
    await database.pool.query('UPDATE webhook_delivery SET attempts = $1', [MAXIMUM_ATTEMPTS - 1]);
    await letPausesPass();
    await untilState(eventId, 'GIVEN_UP');
    expect(new Set(postedIds())).toEqual(new Set([eventId]));
  });

  it('waits for earlier ones of the same thing alone, until these are delivered or given up', async () => {
    const aggregateId = newId();
    const earlier = await happen({ aggregateId, aggregateVersion: 4 });
    receiver.answer((response, { headers }) => {
      response.writeHead(headers['webhook-id'] === earlier ? 500 : 200).end();
    });
    const sender = start();
    await eventually(async () => expect((await rowOf(earlier))?.attempts).toBe(1));
    const later = await happen({ type: 'order.ready', aggregateId, aggregateVersion: 5 });
    const other = await happen();
    sender.wake();
    await untilState(other, 'DELIVERED');
    expect(await rowOf(later)).toMatchObject({ state: 'WAITING', attempts: 0 });
    receiver.answer(withStatus(200));
    await letPausesPass();
    await untilState(later, 'DELIVERED');
    const ofThing = postedIds().filter((id) => id === earlier || id === later);
    expect(ofThing.at(-1)).toBe(later);
    expect(ofThing.filter((id) => id === later)).toHaveLength(1);
    expect((await rowOf(earlier))?.state).toBe('DELIVERED');
  });

  it('that arrives a moment before an earlier one of the same thing is posted after it', async () => {
    const aggregateId = newId();
    const later = await happen({ type: 'order.ready', aggregateId, aggregateVersion: 2 });
    const earlier = await happen({ aggregateId, aggregateVersion: 1 });
    start().wake();
    await untilState(later, 'DELIVERED');
    expect(postedIds()).toEqual([earlier, later]);
  });

  it('that is broken off by a stop has not failed, and is posted again when its claim lapses', async () => {
    receiver.answer(() => undefined);
    const eventId = await happen();
    const sender = start();
    await eventually(() => expect(postedIds()).toEqual([eventId]));
    await sender.stop();
    expect(await rowOf(eventId)).toMatchObject({ state: 'WAITING', attempts: 1, failure: null });
    receiver.answer(withStatus(200));
    await letPausesPass();
    start();
    await untilState(eventId, 'DELIVERED');
    expect(postedIds()).toEqual([eventId, eventId]);
  });

  it('is not held up by another webhook whose receiver hangs', async () => {
    const hanging = await startReceiver();
    hanging.answer(() => undefined);
    await subscribe(hanging.url);
    for (let count = 0; count < 20; count += 1) await happen();
    start().wake();
    await eventually(() => expect(new Set(postedIds()).size).toBe(20));
    expect(hanging.received.length).toBeGreaterThan(0);
    await hanging.stop();
  });
});

describe('a webhook', () => {
  it('is disabled by 410, and what it was to receive is given up', async () => {
    receiver.answer(withStatus(410));
    const [eventId, waiting] = [await happen(), await happen()];
    await database.pool.query(
      `UPDATE webhook_delivery SET next_attempt_at = now() + interval '1 hour' WHERE event_id = $1`,
      [waiting],
    );
    start().wake();
    await untilState(eventId, 'GIVEN_UP');
    await untilState(waiting, 'GIVEN_UP');
    expect(await statusOf()).toMatchObject({ status: 'DISABLED' });
    const { rows } = await database.pool.query(
      `SELECT data FROM outbox WHERE type = 'webhook.disabled' AND aggregate_id = $1`,
      [webhookId],
    );
    expect(rows).toMatchObject([{ data: { webhookId, because: 'GONE' } }]);
    // None is written for it from then on.
    expect(await rowOf(await happen())).toBeUndefined();
  });

  it('is disabled when nothing has succeeded for three days, and not before', async () => {
    receiver.answer(withStatus(500));
    const first = await happen();
    start().wake();
    await eventually(async () =>
      expect(await statusOf()).toMatchObject({ status: 'ACTIVE', failing_since: expect.any(Date) }),
    );
    expect(await rowOf(first)).toMatchObject({ state: 'WAITING', failure: 'Answered 500' });
    await database.pool.query(`UPDATE webhook SET failing_since = now() - interval '73 hours'`);
    await letPausesPass();
    await eventually(async () => expect(await statusOf()).toMatchObject({ status: 'DISABLED' }));
  });

  it('whose receiver answers again has not failed before', async () => {
    receiver.answer(withStatus(500));
    const eventId = await happen();
    start().wake();
    await eventually(async () => expect((await rowOf(eventId))?.failure).toBe('Answered 500'));
    await database.pool.query(`UPDATE webhook SET failing_since = now() - interval '2 days'`);
    receiver.answer(withStatus(200));
    await letPausesPass();
    await untilState(eventId, 'DELIVERED');
    expect(await statusOf()).toMatchObject({ status: 'ACTIVE', failing_since: null });
  });
});

it('events are deleted with their deliveries after their retention', async () => {
  const [old, young] = [await happen(), await happen()];
  await database.pool.query(
    `UPDATE webhook_event SET received_at = now() - interval '31 days' WHERE id = $1`,
    [old],
  );
  expect(await pruneWebhookEvents(database, 30)).toBe(false);
  expect(await rowOf(old)).toBeUndefined();
  expect(await rowOf(young)).toMatchObject({ state: 'WAITING' });
});
