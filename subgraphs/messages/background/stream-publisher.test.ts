/** Events on real brokers: each once under its id, in order, through their deaths and those of the processes that publish. */
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { awayDependencies } from '../../../platform/health.js';
import { newId } from '../../../platform/ids.js';
import { listen } from '../../../platform/listen.js';
import { createLog, type Log } from '../../../platform/log.js';
import { metrics } from '../../../platform/metrics.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import {
  describeWithKafka,
  type KafkaCluster,
  startKafka,
  takingAtMost,
} from '../../../tests/support/kafka.js';
import { describeWithNats, type NatsServer, natsServer } from '../../../tests/support/nats.js';
import { eventually } from '../../../tests/support/wait.js';
import { kafkaStream } from '../delivery/streams/kafka.js';
import { natsStream } from '../delivery/streams/nats.js';
import type { EventStream } from '../domain/stream.js';
import type { PublicEvent } from '../domain/webhook.js';
import { PUBLIC_EVENT_TYPES } from '../events/public-events.js';
import { type OwnMessagesDatabase, openMessagesDatabase } from '../store/database.js';
import { insertStreamEvents, pruneStreamEvents } from '../store/streams/stream-events.js';
import { startStreamPublisher } from './stream-publisher.js';

const TYPES = PUBLIC_EVENT_TYPES.map(({ name }) => name);
const silent = createLog('silent');

let fresh: FreshDatabase;
let database: OwnMessagesDatabase;
const publishers: ReturnType<typeof startStreamPublisher>[] = [];

beforeAll(async () => {
  fresh = await freshDatabase('messages');
  database = openMessagesDatabase(fresh.url, { publish: () => undefined });
});
afterEach(async () => {
  await stopPublishers();
  await database.pool.query('DELETE FROM stream_event');
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

function start(stream: EventStream, log: Log = silent): void {
  publishers.push(startStreamPublisher({ database, stream, log }));
}

async function stopPublishers(): Promise<void> {
  await Promise.all(publishers.splice(0).map((publisher) => publisher.stop()));
}

function eventOf({
  type = 'order.paid',
  aggregateId = newId(),
  aggregateVersion = 1,
  padding = '',
}: Partial<PublicEvent> & { readonly padding?: string } = {}): PublicEvent {
  const place = { franchiseId: newId(), outletId: newId() };
  const about = { id: newId(), type, aggregateId, aggregateVersion, occurredAt: new Date().toISOString() };
  return { ...about, ...place, body: JSON.stringify({ ...about, padding }) };
}

/** The lives of some things, all events at once and the latest first. */
function lives(things: number, versions: number): PublicEvent[] {
  return Array.from({ length: things }, () => newId()).flatMap((aggregateId) =>
    Array.from({ length: versions }, (_, index) =>
      eventOf({ aggregateId, aggregateVersion: versions - index }),
    ),
  );
}

async function happen(stream: string, events: readonly PublicEvent[]): Promise<void> {
  await database.work(newCause(), ({ tx }) => insertStreamEvents(tx, [stream], events));
  for (const publisher of publishers) publisher.wake();
}

interface Arrived {
  readonly id: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
}

/** Each of the events, the first time that it arrived. */
function firstArrivals(bodies: readonly string[], events: readonly PublicEvent[]): Arrived[] {
  const expected = new Set(events.map(({ id }) => id));
  return bodies.map((body): Arrived => JSON.parse(body)).filter(({ id }) => expected.delete(id));
}

function expectInOrder(arrived: readonly Arrived[], events: readonly PublicEvent[]): void {
  const stepsOf = (list: readonly Arrived[]) => {
    const steps = new Map<string, string[]>();
    for (const { id, aggregateId } of list) steps.set(aggregateId, [...(steps.get(aggregateId) ?? []), id]);
    return steps;
  };
  const earliestFirst = events.toSorted((one, other) => one.aggregateVersion - other.aggregateVersion);
  expect(stepsOf(arrived)).toEqual(stepsOf(earliestFirst));
}

async function untilArrived(broker: Broker, events: readonly PublicEvent[]): Promise<void> {
  await eventually(async () => {
    const arrived = firstArrivals(await broker.bodies(), events);
    expect(arrived).toHaveLength(events.length);
    expectInOrder(arrived, events);
  });
  await eventually(async () => expect(await waiting(broker.name)).toEqual([]));
}

async function waiting(stream: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ event_id: string }>(
    'SELECT event_id FROM stream_event WHERE stream = $1 AND refused_because IS NULL',
    [stream],
  );
  return rows.map(({ event_id }) => event_id);
}

async function setAside(stream: string): Promise<Record<string, string>> {
  const { rows } = await database.pool.query<{ event_id: string; refused_because: string }>(
    'SELECT event_id, refused_because FROM stream_event WHERE stream = $1 AND refused_because IS NOT NULL',
    [stream],
  );
  return Object.fromEntries(rows.map(({ event_id, refused_because }) => [event_id, refused_because]));
}

interface Broker {
  readonly name: string;
  open(): EventStream;
  /** Of all messages that have arrived, in their order. */
  bodies(): Promise<readonly string[]>;
}

/** What holds for every broker. */
function describeOrder(broker: Broker): void {
  it('events of one thing arrive in their order, each once, though two processes publish', async () => {
    start(broker.open());
    start(broker.open());
    const [former, later] = [lives(5, 20), lives(5, 20)];
    await happen(broker.name, former);
    await happen(broker.name, later);
    const events = [...former, ...later];
    await untilArrived(broker, events);
    const ids = new Set(events.map(({ id }) => id));
    const bodies = (await broker.bodies()).map((body): Arrived => JSON.parse(body));
    expect(bodies.filter(({ id }) => ids.has(id))).toHaveLength(events.length);
  });

  it('a process that stops in the middle leaves the rest to another', async () => {
    const events = lives(20, 60);
    start(broker.open());
    await happen(broker.name, events);
    await eventually(async () => expect((await waiting(broker.name)).length).toBeLessThan(events.length));
    await stopPublishers();
    start(broker.open());
    await untilArrived(broker, events);
  });
}

describeWithNats('events on NATS', () => {
  let server: NatsServer;
  const broker: Broker = {
    name: 'NATS',
    open: () => natsStream({ urls: [server.url], credentialsFile: undefined }, silent),
    bodies: async () => (await server.stored('KEDAI_EVENTS')).map(({ body }) => body),
  };
  beforeAll(async () => {
    server = await natsServer();
  });
  afterAll(() => server.stop());

  it('wait for a server that is away at first, and say so once', async () => {
    const lines: string[] = [];
    const log = createLog('silent');
    log.warn = (_details: unknown, message?: string) => void lines.push(message ?? '');
    start(broker.open(), log);
    const events = lives(2, 3);
    await happen('NATS', events);
    await eventually(() => expect(awayDependencies()).toContain('NATS'));
    expect(await metrics.getSingleMetricAsString('kedai_stream_waiting')).toContain('{stream="NATS"} 6');
    await server.start();
    await untilArrived(broker, events);
    await eventually(() => expect(awayDependencies()).not.toContain('NATS'));
    const outage = 'event stream: NATS is away, events wait';
    expect(lines).toEqual([outage, `over: ${outage}`]);
  });

  it('leave no connection to a server that answers once nobody publishes there', async () => {
    const sockets = new Set<Socket>();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const late = createServer(async (socket) => {
      sockets.add(socket.once('close', () => sockets.delete(socket)));
      socket.on('data', (data) => String(data).includes('PING') && socket.write('PONG\r\n'));
      await answered;
      socket.write(
        'INFO {"server_id":"late","version":"2.9.10","proto":1,"headers":true,"max_payload":1048576}\r\n',
      );
    });
    const listening = await listen(late, 0, '127.0.0.1');
    const stream = natsStream(
      { urls: [`nats://127.0.0.1:${listening.port}`], credentialsFile: undefined },
      silent,
    );
    const publishing = stream.publish([{ ...eventOf(), franchiseId: newId(), outletId: newId() }]);
    await eventually(() => expect(sockets.size).toBe(1));
    await stream.close();
    answer();
    expect(await publishing).toMatchObject({ stored: [], failure: expect.any(Error) });
    await eventually(() => expect(sockets.size).toBe(0), { timeout: 10_000 });
    await listening.close();
  });

  it('are of every type, each under its id, by franchise, outlet and type', async () => {
    start(broker.open());
    const events = TYPES.map((type) => eventOf({ type }));
    await happen('NATS', events);
    await untilArrived(broker, events);
    const messages = await server.stored('KEDAI_EVENTS');
    for (const { id, type, franchiseId, outletId, body } of events) {
      const [message, ...more] = messages.filter((one) => one.header('Nats-Msg-Id') === id);
      expect(more).toEqual([]);
      expect(message?.body).toBe(body);
      expect(message?.subject).toBe(`kedai.events.${franchiseId}.${outletId}.${type}`);
      expect(message?.header('content-type')).toBe('application/cloudevents+json; charset=utf-8');
      expect(message?.header('ce-type')).toBe(type);
    }
  });

  describeOrder(broker);

  it('are published by another process once the lease of one that died has lapsed', async () => {
    await database.pool.query(`INSERT INTO stream_lease VALUES ('NATS', uuidv7(), 'infinity')`);
    start(broker.open());
    const events = lives(1, 3);
    await happen('NATS', events);
    expect(await waiting('NATS')).toHaveLength(events.length);
    await database.pool.query('UPDATE stream_lease SET held_until = now()');
    await untilArrived(broker, events);
  });

  it('are not lost with a server that is killed in the middle', async () => {
    start(broker.open());
    const events = lives(20, 40);
    const half = events.length / 2;
    await happen('NATS', events.slice(0, half));
    await eventually(async () => expect((await waiting('NATS')).length).toBeLessThan(half));
    await server.kill();
    await happen('NATS', events.slice(half));
    await eventually(() => expect(awayDependencies()).toContain('NATS'));
    await server.start();
    await untilArrived(broker, events);
  });

  it('go to a server that wants an account, by that of the URL, and to none without TLS where the URL wants it', async () => {
    const secured = await natsServer({ args: ['--user', 'kedai', '--pass', 'ge/heim'] });
    await secured.start();
    const { host } = new URL(secured.url);
    const event = eventOf();
    const published = async (url: string) => {
      const stream = natsStream({ urls: [url], credentialsFile: undefined }, silent);
      const outcome = await stream.publish([{ ...event, franchiseId: newId(), outletId: newId() }]);
      await stream.close();
      return outcome;
    };
    const nothing = { stored: [], refused: [] };
    expect(await published(`nats://kedai:ge%2Fheim@${host}`)).toMatchObject({
      stored: [event.id],
      failure: null,
    });
    for (const url of [secured.url, `nats://kedai:wrong@${host}`, `tls://kedai:ge%2Fheim@${host}`])
      expect(await published(url)).toEqual({ ...nothing, failure: expect.any(Error) });
    await secured.stop();
  });

  it('that are too large for the server or its stream are set aside, and hold up nothing', async () => {
    await stopPublishers();
    await server.deleteStream('KEDAI_EVENTS');
    await server.addStream('OWN', { max_msg_size: 10_000 });
    start(broker.open());
    const aggregateId = newId();
    const huge = eventOf({ aggregateId, aggregateVersion: 1, padding: 'x'.repeat(1_100_000) });
    const large = eventOf({ aggregateId, aggregateVersion: 2, padding: 'x'.repeat(11_000) });
    const fits = eventOf({ aggregateId, aggregateVersion: 3 });
    await happen('NATS', [huge, large, fits]);
    await eventually(async () => expect(await waiting('NATS')).toEqual([]));
    // The operator’s own stream takes the subjects: no other is made beside it.
    expect((await server.stored('OWN')).map(({ body }) => body)).toEqual([fits.body]);
    expect(await setAside('NATS')).toEqual({
      [huge.id]: expect.stringContaining('max_payload'),
      [large.id]: expect.stringContaining('message size exceeds maximum allowed'),
    });
    expect(await metrics.getSingleMetricAsString('kedai_stream_set_aside')).toContain('{stream="NATS"} 2');
    await database.pool.query(`UPDATE stream_event SET received_at = now() - interval '31 days'`);
    expect(await pruneStreamEvents(database, 30)).toEqual({ lost: 0, mayBeMore: false });
    expect(await setAside('NATS')).toEqual({});
  });
});

describeWithKafka('events on Kafka', () => {
  let cluster: KafkaCluster;
  const broker: Broker = {
    name: 'Kafka',
    open: () => kafkaStream({ brokers: cluster.brokers.split(',') }),
    bodies: async () => cluster.consumed().map(({ body }) => body),
  };
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(() => cluster.kill());

  it('are of every type, each under its id, keyed by what they are about', async () => {
    start(broker.open());
    const events = TYPES.map((type) => eventOf({ type }));
    await happen('Kafka', events);
    await untilArrived(broker, events);
    for (const { id, type, aggregateId, franchiseId, outletId, body } of events) {
      const messages = cluster.consumed().filter(({ headers }) => headers.ce_id === id);
      expect(messages).toMatchObject([{ key: aggregateId, body }]);
      expect(messages[0]?.headers).toEqual({
        'content-type': 'application/cloudevents+json; charset=utf-8',
        ...{ ce_specversion: '1.0', ce_id: id, ce_type: type },
        ...{ ce_franchiseid: franchiseId, ce_outletid: outletId },
      });
    }
  });

  describeOrder(broker);

  it('that are too large for the brokers are set aside, and hold up nothing', async () => {
    const brokers = cluster.brokers.split(',');
    start(kafkaStream({ brokers, socketFactory: takingAtMost(100_000) }));
    const events = lives(10, 3);
    const [large, ...rest] = events.map((event, index) =>
      index === 0 ? { ...event, body: JSON.stringify({ ...event, padding: 'x'.repeat(100_000) }) } : event,
    );
    if (large === undefined) throw new Error('There are events');
    await happen('Kafka', [large, ...rest]);
    await untilArrived(broker, rest);
    expect(await setAside('Kafka')).toEqual({
      [large.id]: expect.stringContaining('larger than the max message size'),
    });
    expect(awayDependencies()).not.toContain('Kafka');
  });

  it('are not lost with a cluster that is killed in the middle', async () => {
    start(broker.open());
    const events = lives(20, 60);
    const half = events.length / 2;
    await happen('Kafka', events.slice(0, half));
    await eventually(async () => expect((await waiting('Kafka')).length).toBeLessThan(half));
    await cluster.kill();
    await happen('Kafka', events.slice(half));
    await eventually(() => expect(awayDependencies()).toContain('Kafka'));
    await stopPublishers();
    // What was acknowledged is gone with the memory of the cluster; the rest goes to the one that comes.
    const left = new Set(await waiting('Kafka'));
    expect(left.size).toBeGreaterThanOrEqual(half);
    cluster = await startKafka();
    start(broker.open());
    await untilArrived(
      broker,
      events.filter(({ id }) => left.has(id)),
    );
  });
});
