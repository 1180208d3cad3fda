import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import mqtt from 'mqtt';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startFleetMosquitto } from '../../../../deploy/local-fleet/fleet-mosquitto.js';
import type { RunningMosquitto } from '../../../../deploy/local-fleet/mosquitto.js';
import { newId } from '../../../../platform/ids.js';
import { createLog } from '../../../../platform/log.js';
import { metrics } from '../../../../platform/metrics.js';
import { describeWithMosquitto } from '../../../../tests/support/mosquitto.js';
import { eventually } from '../../../../tests/support/wait.js';
import type { Message } from '../../domain/shelf-message.js';
import { readingTopicOf, topicPrefixOf } from '../../domain/shelf-topic.js';
import { openTestStock, type TestStock } from '../../testing/harness.js';
import { mosquittoDevices } from '../devices/mosquitto-devices.js';
import { CONNECTIONS, SHARED_READINGS, subscribeToReadings } from './external-broker.js';
import { emptyFormerSessions } from './former-sessions.js';
import { takeTurnsAtStatuses } from './status-duty.js';

const log = createLog('silent');
const RECEIVE_MAXIMUM = 1_000;

/** Stores what it receives when it is let. */
function heldReceiver() {
  const received: (Message & { readonly text: string })[] = [];
  let isOpen = false;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = () => {
      isOpen = true;
      resolve();
    };
  });
  return {
    received,
    texts: () => received.map(({ text }) => text),
    open: () => open(),
    async receive(message: Message): Promise<void> {
      received.push({ ...message, text: Buffer.from(message.payload).toString('utf8') });
      if (!isOpen) await opened;
    },
    stop: async () => undefined,
  };
}

function openReceiver() {
  const receiver = heldReceiver();
  receiver.open();
  return receiver;
}

describeWithMosquitto('readings and statuses of mosquitto as it is shipped', () => {
  const credentials = { username: 'kedai', password: 'test-secret' };
  const shelf = { id: newId(), outletId: newId() };
  let stock: TestStock;
  let broker: RunningMosquitto;
  let url: string;
  let device: mqtt.MqttClient;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    stock = await openTestStock();
    broker = await startFleetMosquitto(credentials);
    url = Object.assign(new URL(broker.url), credentials).href;
    const devices = mosquittoDevices({
      broker: { url, tls: {} },
      database: stock.database,
      hasDemo: true,
      log,
    });
    await eventually(() => devices.admit({ shelfId: shelf.id, outletId: shelf.outletId, token: 'token' }));
    await devices.stop();
    device = await mqtt.connectAsync(broker.url, { username: shelf.id, password: 'token' });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await device.endAsync(true);
    await broker.stop();
    await stock.close();
  });

  /** Subscribed to readings until the test ends. */
  async function subscribed(clientId: string, receiver: ReturnType<typeof heldReceiver>) {
    const source = subscribeToReadings({ url, tls: {}, clientId, receiver, log });
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await source.stop();
      isStopped = true;
    };
    closing.push(async () => {
      receiver.open();
      await stop();
    });
    await eventually(() => source.ready());
    return { stop, ready: () => source.ready() };
  }

  const publish = (texts: readonly string[]) =>
    Promise.all(texts.map((text) => device.publishAsync(readingTopicOf(shelf), text, { qos: 1 })));
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
  const inOrder = (texts: readonly string[]) => texts.toSorted((one, other) => Number(one) - Number(other));

  /** A subscription of its own: sessions of other tests would get a share of the readings. */
  async function forget(clientId: string): Promise<void> {
    for (let index = 0; index < CONNECTIONS; index += 1) {
      const client = await mqtt.connectAsync(url, {
        clientId: `${clientId}-${index}`,
        protocolVersion: 5,
        clean: true,
      });
      await client.endAsync();
    }
  }

  test('while nothing is stored, no more is taken than is acknowledged in a few batches; then all of it is', async () => {
    const receiver = heldReceiver();
    closing.push(() => forget('held'));
    await subscribed('held', receiver);
    const texts = numbered(CONNECTIONS * RECEIVE_MAXIMUM + 500);
    await publish(texts);
    await eventually(() => expect(receiver.received).toHaveLength(CONNECTIONS * RECEIVE_MAXIMUM));
    receiver.open();
    await eventually(() => expect(receiver.received).toHaveLength(texts.length));
    expect(inOrder(receiver.texts())).toEqual(texts);
  });

  test.each(['is stopped', 'is killed'])(
    'a broker that %s and started again has its readings received',
    async (how) => {
      const receiver = openReceiver();
      closing.push(() => forget(how));
      const { stop, ready } = await subscribed(how, receiver);
      await publish(['before']);
      await eventually(() => expect(receiver.texts()).toEqual(['before']));
      const restart = async () => {
        // It writes what it has once a second.
        await setTimeout(1_500);
        if (how === 'is killed') await broker.kill();
        else {
          const ended = once(broker.process, 'exit');
          broker.process.kill('SIGTERM');
          await ended;
        }
        await broker.restart();
      };
      await restart();
      await eventually(() => expect(ready()).rejects.toThrow());
      await eventually(() => ready());
      await publish(['after']);
      await eventually(() => expect(receiver.texts()).toEqual(['before', 'after']));

      // What it has queued for a process that is away, it has after that, too.
      await stop();
      await publish(['away']);
      await restart();
      const next = openReceiver();
      await subscribed(how, next);
      await publish(['back']);
      await eventually(() => expect(next.texts().toSorted()).toEqual(['away', 'back']));
    },
  );

  test('a broker that is frozen is noticed, and nothing is missing once it goes on', async () => {
    const receiver = openReceiver();
    closing.push(() => forget('frozen'));
    const { ready } = await subscribed('frozen', receiver);
    broker.process.kill('SIGSTOP');
    try {
      await eventually(() => expect(ready()).rejects.toThrow('MQTT connections are subscribed'));
    } finally {
      broker.process.kill('SIGCONT');
    }
    await eventually(() => ready());
    await publish(['after']);
    await eventually(() => expect(receiver.texts()).toEqual(['after']));
  });

  test('of messages without acknowledgements no more are held than of others, and the rest is dropped and counted', async () => {
    const receiver = heldReceiver();
    closing.push(() => forget('at-most-once'));
    await subscribed('at-most-once', receiver);
    const count = async () =>
      (await metrics.getSingleMetric('kedai_ingest_dropped_total')?.get())?.values[0]?.value ?? 0;
    const before = await count();
    const texts = numbered(CONNECTIONS * RECEIVE_MAXIMUM + 500);
    for (const text of texts) await device.publishAsync(readingTopicOf(shelf), text, { qos: 0 });
    await eventually(async () =>
      expect(receiver.received.length + (await count()) - before).toBe(texts.length),
    );
    expect(receiver.received.length).toBeLessThanOrEqual(CONNECTIONS * RECEIVE_MAXIMUM);
    await publish(['acknowledged']);
    receiver.open();
    await eventually(() => expect(receiver.texts()).toContain('acknowledged'));
  });

  test('what was not stored when a process died is delivered to the next one, and what was stored is not', async () => {
    const dying = heldReceiver();
    closing.push(() => forget('dying'));
    const first = await subscribed('dying', { ...dying, receive: (message) => receiveAllBut('2', message) });
    async function receiveAllBut(text: string, message: Message): Promise<void> {
      const receiving = dying.receive(message);
      if (Buffer.from(message.payload).toString('utf8') === text) await receiving;
    }
    await publish(['0', '1', '2']);
    await eventually(() => expect(dying.received).toHaveLength(3));
    // The connections are taken over, as by the process's successor.
    const next = openReceiver();
    await subscribed('dying', next);
    await eventually(() => expect(next.texts()).toEqual(['2']));
    dying.open();
    await first.stop();
  });

  test('two processes share the readings: each gets one of them, and both get some', async () => {
    const [one, other] = [openReceiver(), openReceiver()];
    closing.push(
      () => forget('one'),
      () => forget('other'),
    );
    await subscribed('one', one);
    await subscribed('other', other);
    const texts = numbered(200);
    await publish(texts);
    await eventually(() => expect(one.received.length + other.received.length).toBe(texts.length));
    expect(inOrder([...one.texts(), ...other.texts()])).toEqual(texts);
    expect(Math.min(one.received.length, other.received.length)).toBeGreaterThan(0);
  });

  test('what the broker has queued under connections that a former release had, or a process that is gone, is received', async () => {
    for (const clientId of ['mine-5', 'mine-7', 'gone-0']) {
      const former = await mqtt.connectAsync(url, {
        clientId,
        protocolVersion: 5,
        clean: false,
        properties: { sessionExpiryInterval: 3_600 },
      });
      await former.subscribeAsync(SHARED_READINGS, { qos: 1 });
      await former.endAsync();
    }
    await publish(numbered(50));
    const receiver = openReceiver();
    const former = emptyFormerSessions({ url, tls: {}, clientId: 'mine', receiver, log }, ['gone'], 8);
    await eventually(() => expect(inOrder(receiver.texts())).toEqual(numbered(50)));
    await former.stop();
    closing.push(() => forget('mine'));
    const later = openReceiver();
    await subscribed('mine', later);
    await publish(numbered(50));
    await eventually(() => expect(inOrder(later.texts())).toEqual(numbered(50)));
  });

  test('a status is received by one process of two, and the last one by its successor', async () => {
    const [one, other] = [openReceiver(), openReceiver()];
    const options = (clientId: string, receiver: typeof one) => ({ url, tls: {}, clientId, receiver, log });
    const first = takeTurnsAtStatuses(options('first', one), stock.database);
    const say = (status: string) =>
      device.publishAsync(`${topicPrefixOf(shelf)}status`, status, { qos: 1, retain: true });
    await say('online');
    await eventually(() => expect(one.texts()).toContain('online'));
    const second = takeTurnsAtStatuses(options('second', other), stock.database);
    closing.push(() => second.stop());
    await say('offline');
    await eventually(() => expect(one.texts().at(-1)).toBe('offline'));
    expect(other.received).toHaveLength(0);

    await first.stop();
    await say('online');
    await eventually(() => expect(other.texts().at(-1)).toBe('online'));
  });
});
