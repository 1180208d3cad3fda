import { once } from 'node:events';
import { connect } from 'node:net';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../../../platform/ids.js';
import { createLog } from '../../../../platform/log.js';
import { metrics } from '../../../../platform/metrics.js';
import { eventually } from '../../../../tests/support/wait.js';
import { readingTopicOf, topicPrefixOf } from '../../domain/shelf-topic.js';
import { hashOfToken } from '../devices/device-token.js';
import {
  type Credentials,
  type EmbeddedBroker,
  type EmbeddedBrokerOptions,
  type Principal,
  startEmbeddedBroker,
} from './embedded-broker.js';

const TOKEN = 'a token';
const tokenHash = hashOfToken(TOKEN);
const shelf = { id: newId(), outletId: newId(), tokenHash };
const otherShelf = { id: newId(), outletId: newId(), tokenHash };
const shelves: ReadonlyMap<string, Principal> = new Map([shelf, otherShelf].map((one) => [one.id, one]));

let broker: EmbeddedBroker;
let received: { topic: string; text: string; release(): void; fail(error: Error): void }[];
const clients: mqtt.MqttClient[] = [];

beforeEach(async () => {
  received = [];
  broker = await start(0);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await broker.stop();
});

async function authenticate({ name, token }: Credentials): Promise<Principal | undefined> {
  // As the database finds them.
  return token === TOKEN ? shelves.get(name.toLowerCase()) : undefined;
}

function start(port: number, options: Partial<EmbeddedBrokerOptions> = {}): Promise<EmbeddedBroker> {
  return startEmbeddedBroker({
    host: '127.0.0.1',
    port,
    tls: null,
    authenticate,
    messagesPerSecond: 1_000,
    receive: ({ topic, payload }) =>
      new Promise((resolve, reject) => {
        received.push({ topic, text: Buffer.from(payload).toString('utf8'), release: resolve, fail: reject });
      }),
    log: createLog('silent'),
    ...options,
  });
}

async function device(options: mqtt.IClientOptions = {}): Promise<mqtt.MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    username: shelf.id,
    password: TOKEN,
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

function closeOf(client: mqtt.MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

/** Connections closed for that reason. */
async function cutOff(reason: string): Promise<number> {
  const { values } = (await metrics.getSingleMetric('kedai_mqtt_cut_off_total')?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

async function slowed(): Promise<number> {
  const { values } = (await metrics.getSingleMetric('kedai_mqtt_slowed_total')?.get()) ?? { values: [] };
  return values[0]?.value ?? 0;
}

test('a publication is acknowledged when it is durable, and not before', async () => {
  const client = await device();
  let isAcknowledged = false;
  const publishing = client.publishAsync(readingTopicOf(shelf), 'one', { qos: 1 }).then(() => {
    isAcknowledged = true;
  });
  await eventually(() => expect(received).toHaveLength(1));
  // An acknowledgement sent before would arrive before the response to this.
  await client.subscribeAsync(`${topicPrefixOf(shelf)}#`);
  expect(isAcknowledged).toBe(false);
  received[0]?.release();
  await publishing;
  expect(isAcknowledged).toBe(true);
});

test('publications of one device are received concurrently', async () => {
  const client = await device();
  const publishing = ['a', 'b', 'c'].map((text) =>
    client.publishAsync(readingTopicOf(shelf), text, { qos: 1 }),
  );
  await eventually(() => expect(received.map(({ text }) => text)).toEqual(['a', 'b', 'c']));
  for (const one of received) one.release();
  await Promise.all(publishing);
});

test('a publication that could not be stored is not acknowledged: the connection is closed', async () => {
  const client = await device();
  const closed = closeOf(client);
  client.publish(readingTopicOf(shelf), 'one', { qos: 1 });
  await eventually(() => expect(received).toHaveLength(1));
  received[0]?.fail(new Error('The database is unreachable'));
  await closed;
});

test.each([
  ['another shelf’s', `kedai/v1/${shelf.outletId}/shelves/${newId()}/reading`],
  ['another outlet’s', `kedai/v1/${newId()}/shelves/${shelf.id}/reading`],
  ['one beside its own', `kedai/v1/${shelf.outletId}/shelves/${shelf.id}x/reading`],
  ['the broker’s', '$SYS/anything'],
])('a device that publishes on %s topic is cut off, and that is counted', async (_whose, topic) => {
  const before = await cutOff('FOREIGN_TOPIC');
  const client = await device();
  const closed = closeOf(client);
  client.publish(topic, 'one', { qos: 1 });
  await closed;
  expect(received).toEqual([]);
  expect(await cutOff('FOREIGN_TOPIC')).toBe(before + 1);
});

test.each(['commands', 'reading/extra'])(
  'a message below its own topic is received, even where the topic has no meaning: %s',
  async (rest) => {
    const client = await device();
    const publishing = client.publishAsync(`${topicPrefixOf(shelf)}${rest}`, 'one', { qos: 1 });
    await eventually(() =>
      expect(received).toMatchObject([{ topic: `${topicPrefixOf(shelf)}${rest}`, text: 'one' }]),
    );
    received[0]?.release();
    await publishing;
  },
);

test('a device can subscribe to its own topics and no others', async () => {
  const client = await device();
  const refused = client.subscribeAsync(['#', 'kedai/#', `kedai/v1/${shelf.outletId}/shelves/+/reading`]);
  await expect(refused).rejects.toThrow();
  await expect(client.subscribeAsync(`${topicPrefixOf(shelf)}commands`)).resolves.toHaveLength(1);
});

test('a packet larger than allowed closes its connection before it is buffered, and is counted', async () => {
  const before = await cutOff('TOO_LARGE');
  const client = await device();
  const closed = closeOf(client);
  client.publish(readingTopicOf(shelf), Buffer.alloc(300_000), { qos: 1 });
  await closed;
  expect(received).toEqual([]);
  expect(await cutOff('TOO_LARGE')).toBe(before + 1);
});

test('many packets of allowed size pass, however they are split', async () => {
  const client = await device();
  const texts = Array.from({ length: 200 }, (_, index) => `${index} `.repeat(500));
  const publishing = texts.map((text) => client.publishAsync(readingTopicOf(shelf), text, { qos: 1 }));
  await eventually(() => {
    for (const one of received) one.release();
    expect(received.map(({ text }) => text)).toEqual(texts);
  });
  for (const one of received) one.release();
  await Promise.all(publishing);
});

describe('a last will', () => {
  const topic = `${topicPrefixOf(shelf)}status`;
  const will = { topic, payload: Buffer.from('offline'), qos: 1, retain: true } as const;
  const texts = () => received.map(({ text }) => text);

  test('of the shelf’s only connection says that it is offline', async () => {
    (await device({ will })).stream.destroy();
    await eventually(() => expect(texts()).toEqual(['offline']));
  });

  test.each([
    ['another client id', { first: 'scale-1', second: 'scale-2' }],
    ['the same client id', { first: 'scale', second: 'scale' }],
  ])('says nothing once the shelf has connected again, under %s', async (_how, { first, second }) => {
    const old = await device({ will, clientId: first });
    const closed = closeOf(old);
    const current = await device({ will, clientId: second });
    old.stream.destroy();
    await closed;
    await current.subscribeAsync(topic);
    const publishing = current.publishAsync(readingTopicOf(shelf), 'a reading', { qos: 1 });
    await eventually(() => expect(texts()).toContain('a reading'));
    received[0]?.release();
    await publishing;
    expect(texts()).toEqual(['a reading']);
    current.stream.destroy();
    await eventually(() => expect(texts()).toEqual(['a reading', 'offline']));
  });

  test('says nothing either where an older connection publishes it itself', async () => {
    const old = await device({ clientId: 'scale-1' });
    const current = await device({ clientId: 'scale-2' });
    await old.publishAsync(topic, 'offline', { qos: 1, retain: true });
    expect(old.connected).toBe(true);
    const publishing = current.publishAsync(topic, 'online', { qos: 1, retain: true });
    await eventually(() => expect(texts()).toEqual(['online']));
    received[0]?.release();
    await publishing;
  });
});

test('bytes that are not MQTT close their own connection alone', async () => {
  const socket = connect(broker.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await closed;
  expect((await device()).connected).toBe(true);
});

test('a busy port gives way to a free one', async () => {
  const second = await start(broker.port);
  expect(second.port).not.toBe(broker.port);
  expect(second.url).toBe(`mqtt://localhost:${second.port}`);
  await second.stop();
});

test('a device that publishes faster than it may is slowed, loses nothing, and slows no other', async () => {
  await broker.stop();
  broker = await start(0, { messagesPerSecond: 10 });
  const [flooding, other] = [await device(), await device({ username: otherShelf.id })];
  const before = await slowed();
  const texts = Array.from({ length: 60 }, (_, index) => `${index}`);
  for (const text of texts) flooding.publish(readingTopicOf(shelf), text, { qos: 1 });
  await eventually(async () => expect((await slowed()) - before).toBe(40));
  other.publish(readingTopicOf(otherShelf), 'of another', { qos: 1 });
  await eventually(() => expect(received.map(({ text }) => text)).toContain('of another'));
  expect(received.length).toBeLessThan(61);
  await eventually(() => expect(received.map(({ text }) => text)).toEqual(expect.arrayContaining(texts)));
  for (const { release } of received) release();
});

test.each([
  ['', shelf.id],
  [' under an id in capitals', shelf.id.toUpperCase()],
])('a device that signs in%s while its shelf is revoked does not stay', async (_, username) => {
  let isRevoked = false;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  await broker.stop();
  broker = await start(0, {
    async authenticate(credentials) {
      const found = isRevoked ? undefined : await authenticate(credentials);
      begin();
      await ended;
      return found;
    },
  });
  const signingIn = device({ username });
  await begun;
  isRevoked = true;
  broker.endSessions(shelf.id, () => false);
  end();
  await expect(signingIn).rejects.toThrow(/refused/i);
});

test('sessions that may not stay are closed, and no others', async () => {
  const [leaving, staying] = [await device(), await device({ username: otherShelf.id })];
  const closed = closeOf(leaving);
  broker.endSessionsExcept(({ id }) => id === otherShelf.id);
  await closed;
  expect(staying.connected).toBe(true);
});
