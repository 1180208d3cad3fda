/** Pushes to registered browsers, through a real push service: what each browser decrypts, and what becomes of those that a service does not take. */
import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyEvent } from '../../../../platform/events/envelope.js';
import { ANONYMOUS, type Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { codesOf, enveloped, type TestSubgraph } from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { pushPoster } from '../../delivery/push/push-poster.js';
import { vapid } from '../../delivery/push/vapid.js';
import { startMessages } from '../../index.js';
import { inSeconds, makeKnown, orderOf, startTestMessages } from '../../testing/harness.js';
import {
  newBrowser,
  type PushService,
  startPushService,
  type TestBrowser,
} from '../../testing/push-service.js';
import { type Receiver, startReceiver } from '../../testing/receiver.js';

const VAPID_PRIVATE_KEY = Buffer.alloc(32, 7).toString('base64url');

let service: PushService;
let elsewhere: Receiver;
let messages: TestSubgraph;
beforeAll(async () => {
  [service, elsewhere] = await Promise.all([startPushService(), startReceiver()]);
  messages = await startTestMessages({ WEBHOOKS_PRIVATE_ADDRESSES: 'on', VAPID_PRIVATE_KEY });
});
afterAll(async () => {
  await messages.stop();
  await Promise.all([service.stop(), elsewhere.stop()]);
});

const REGISTER = `mutation ($input: RegisterPushInput!) { registerPush(input: $input) {
  pushSubscription { id endpoint } userErrors { code field message } } }`;
const UNREGISTER = `mutation ($endpoint: String!) { unregisterPush(endpoint: $endpoint) {
  pushSubscription { endpoint } userErrors { code } } }`;
const OWN = '{ pushSubscriptions { endpoint createdAt } }';

interface Somebody {
  readonly identity: Identity;
  readonly customerId: string;
}

interface Registered extends Somebody {
  readonly browser: TestBrowser;
  readonly path: string;
  readonly endpoint: string;
}

async function somebody(): Promise<Somebody> {
  const { customerId } = await makeKnown(messages);
  return { customerId, identity: { customerId, roles: [] } };
}

async function registered(person?: Somebody): Promise<Registered> {
  const { customerId, identity } = person ?? (await somebody());
  const browser = newBrowser();
  const path = `/browsers/${newId()}`;
  const endpoint = `${service.origin}${path}`;
  const { data } = await messages.run(identity, REGISTER, { input: { endpoint, keys: browser.keys } });
  expect(data).toMatchObject({ registerPush: { pushSubscription: { endpoint }, userErrors: [] } });
  return { customerId, identity, browser, path, endpoint };
}

type Step = 'order.ready' | 'order.refunded' | 'order.paid' | 'order.substitution-changed';

function stepOf(
  { customerId }: Pick<Somebody, 'customerId'>,
  type: Step,
  order = orderOf(customerId),
): AnyEvent {
  const about = { aggregateId: order.orderId, aggregateVersion: 5 };
  const total = 25_000;
  if (type === 'order.ready') return enveloped({ type, ...about, data: order });
  if (type === 'order.substitution-changed') {
    const offer = { menuItemId: newId(), name: 'Es Jeruk', status: 'OFFERED', orderStatus: 'PAID' } as const;
    return enveloped({ type, ...about, data: { ...order, ...offer } });
  }
  if (type === 'order.refunded') return enveloped({ type, ...about, data: { ...order, total } });
  return enveloped({ type, ...about, data: { ...order, total, paymentId: newId() } });
}

/** Resolves when what is to be pushed of it is written down. */
async function report(event: AnyEvent): Promise<void> {
  await messages.deliver('messages.order-mails', event);
  await eventually(async () => {
    const { rowCount } = await messages.pool.query('SELECT FROM inbox WHERE event_id = $1', [event.id]);
    expect(rowCount).toBe(1);
  });
}

/** @returns the order's id. */
async function step(person: Pick<Somebody, 'customerId'>, type: Step = 'order.ready'): Promise<string> {
  const order = orderOf(person.customerId);
  await report(stepOf(person, type, order));
  return order.orderId;
}

interface Row {
  readonly state: string;
  readonly attempts: number;
  readonly failure: string | null;
}

async function rowOf(orderId: string): Promise<Row | undefined> {
  const { rows } = await messages.pool.query<Row>(
    'SELECT state, attempts, failure FROM push_delivery WHERE order_id = $1 ORDER BY id',
    [orderId],
  );
  return rows[0];
}

const settled = (orderId: string, row: object) =>
  eventually(async () => expect(await rowOf(orderId)).toMatchObject(row));

async function browsersOf({ customerId }: Pick<Somebody, 'customerId'>): Promise<string[]> {
  const { rows } = await messages.pool.query<{ endpoint: string }>(
    'SELECT endpoint FROM push_subscription WHERE customer_id = $1',
    [customerId],
  );
  return rows.map(({ endpoint }) => endpoint);
}

describe('a step of an order', () => {
  it('reaches each browser of its customer, who alone can read it', async () => {
    const person = await somebody();
    const browsers = [await registered(person), await registered(person)];
    const order = orderOf(person.customerId);
    const event = stepOf(person, 'order.ready', order);
    await report(event);
    // Delivered twice, it is pushed once.
    await messages.deliver('messages.order-mails', event);
    for (const { path, browser } of browsers) {
      await eventually(() => expect(service.at(path)).toHaveLength(1));
      const [push] = service.at(path);
      expect(push?.headers).toMatchObject({
        'content-encoding': 'aes128gcm',
        urgency: 'high',
        topic: order.orderId.replaceAll('-', ''),
      });
      const ttl = Number(push?.headers.ttl);
      expect(ttl).toBeGreaterThan(6_000);
      expect(ttl).toBeLessThanOrEqual(7_200);
      expect(JSON.parse(browser.decrypt(push?.body ?? Buffer.alloc(0)))).toEqual({
        title: 'Order A-17 at Kedai is ready',
        body: 'Order A-17 is ready. Pick it up at the counter.',
        language: 'en',
        tag: order.orderId,
        path: `/shop?outlet=${order.outletId}&order=${order.orderId}`,
      });
      expect(() => newBrowser().decrypt(push?.body ?? Buffer.alloc(0))).toThrow();
    }
  });

  it('asks whether something else is taken in place of what ran out, by push alone', async () => {
    const person = await registered();
    const orderId = await step(person, 'order.substitution-changed');
    await eventually(() => expect(service.at(person.path)).toHaveLength(1));
    const [push] = service.at(person.path);
    expect(JSON.parse(person.browser.decrypt(push?.body ?? Buffer.alloc(0)))).toMatchObject({
      title: 'Something of order A-17 has run out',
      body: 'We are sorry. Would you take Es Jeruk in its place, for the same price?',
      tag: orderId,
    });
    const { rowCount } = await messages.pool.query('SELECT FROM mail WHERE order_id = $1', [orderId]);
    expect(rowCount).toBe(0);
  });

  it('is signed for its push service by the key that browsers subscribe by', async () => {
    const person = await registered();
    await step(person);
    await eventually(() => expect(service.at(person.path)).toHaveLength(1));
    const { data } = await messages.run(ANONYMOUS, '{ vapidPublicKey }');
    const [, token = '', key = ''] =
      /^vapid t=([^,]+), k=(.+)$/.exec(String(service.at(person.path)[0]?.headers.authorization)) ?? [];
    expect(data).toEqual({ vapidPublicKey: key });
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)];
    const { payload } = await jwtVerify(
      token,
      createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' }),
      { audience: service.origin },
    );
    expect(payload.sub).toBe('mailto:kedai@kedai.test');
    expect((payload.exp ?? 0) * 1_000).toBeLessThanOrEqual(Date.now() + 86_400_000);
  });

  it('is not pushed where it is a receipt, where that is switched off, and before quiet hours end unless it is urgent', async () => {
    const person = await registered();
    expect(await rowOf(await step(person, 'order.paid'))).toBeUndefined();
    await messages.pool.query(
      `INSERT INTO quiet_hours VALUES ($1, to_char(now() AT TIME ZONE 'UTC' - interval '1 hour', 'HH24:MI'),
         to_char(now() AT TIME ZONE 'UTC' + interval '1 hour', 'HH24:MI'), 'UTC')`,
      [person.customerId],
    );
    const held = await step(person, 'order.refunded');
    const urgent = await step(person);
    await settled(urgent, { state: 'DELIVERED' });
    expect(await rowOf(held)).toMatchObject({ state: 'WAITING', attempts: 0 });
    await messages.run(
      person.identity,
      `mutation { setNotificationPreference(input: { kind: ORDER_STATUS, channel: PUSH, isOn: false }) { userErrors { code } } }`,
    );
    expect(await rowOf(await step(person))).toBeUndefined();
  });

  it('replaces an earlier one that still waits', async () => {
    const person = await registered();
    service.answer(person.path, 503);
    const order = orderOf(person.customerId);
    await report({ ...stepOf(person, 'order.ready', order), occurredAt: inSeconds(1) });
    await settled(order.orderId, { state: 'WAITING', attempts: 1, failure: 'Answered 503' });
    await report({ ...stepOf(person, 'order.refunded', order), occurredAt: inSeconds(2) });
    await settled(order.orderId, { state: 'GIVEN_UP', failure: 'A later step of the order followed' });
  });

  it('is pushed by one of the processes that share the work', async () => {
    const twin = await startMessages(messages.platform);
    try {
      const person = await registered();
      const orders = await Promise.all(Array.from({ length: 20 }, () => step(person)));
      for (const orderId of orders) await settled(orderId, { state: 'DELIVERED', attempts: 1 });
      expect(service.at(person.path)).toHaveLength(20);
    } finally {
      await twin.stop();
    }
  });
});

describe('a push service that', () => {
  it.each([404, 410])('answers %d has lost the browser, which is deleted with its pushes', async (status) => {
    const person = await registered();
    service.answer(person.path, status);
    const orderId = await step(person);
    await eventually(async () => expect(await browsersOf(person)).toEqual([]));
    expect(await rowOf(orderId)).toBeUndefined();
    expect(service.at(person.path)).toHaveLength(1);
  });

  it.each([401, 403, 413])('answers %d is not asked again, and the browser stays', async (status) => {
    const person = await registered();
    service.answer(person.path, status);
    await settled(await step(person), { state: 'GIVEN_UP', attempts: 1, failure: `Answered ${status}` });
    expect(await browsersOf(person)).toEqual([person.endpoint]);
  });

  it.each([429, 503])(
    'answers %d is asked later, not sooner than it says, and the browser stays',
    async (status) => {
      const person = await registered();
      service.answer(person.path, status, { 'retry-after': '120' });
      const orderId = await step(person);
      await eventually(async () => {
        const { rows } = await messages.pool.query(
          `SELECT state, attempts, next_attempt_at > now() + interval '60 seconds' AS "isLater" FROM push_delivery
         WHERE order_id = $1 AND failure IS NOT NULL`,
          [orderId],
        );
        expect(rows).toEqual([{ state: 'WAITING', attempts: 1, isLater: true }]);
      });
      service.answer(person.path, 201);
      await messages.pool.query('UPDATE push_delivery SET next_attempt_at = now() WHERE order_id = $1', [
        orderId,
      ]);
      await settled(orderId, { state: 'DELIVERED', attempts: 2, failure: null });
      expect(await browsersOf(person)).toEqual([person.endpoint]);
    },
  );

  it('redirects inward is not followed', async () => {
    for (const status of [301, 307]) {
      const person = await registered();
      service.answer(person.path, status, { location: elsewhere.url });
      const failure = `Answered ${status}: redirects are not followed`;
      await settled(await step(person), { state: 'GIVEN_UP', attempts: 1, failure });
    }
    expect(elsewhere.connections()).toBe(0);
  });

  it('takes it with an answer of garbage without end has taken it, and holds nobody up', async () => {
    const person = await registered();
    service.babble(person.path);
    await settled(await step(person), { state: 'DELIVERED', attempts: 1 });
    const other = await registered();
    await settled(await step(other), { state: 'DELIVERED', attempts: 1 });
  });

  it('hangs is waited for in vain for a bounded time', async () => {
    service.hang('/silent');
    const poster = pushPoster(
      { allowsPrivate: true, resolve: async () => ['127.0.0.1'] },
      vapid({ privateKey: VAPID_PRIVATE_KEY, subject: 'mailto:kedai@kedai.test' }),
      200,
    );
    const message = { text: '{}', seconds: 60, topic: 'a', isUrgent: false };
    const address = { endpoint: `${service.origin}/silent`, ...newBrowser().keys };
    expect(await poster.post(address, message, new AbortController().signal)).toEqual({
      ...{ status: null, failure: 'No answer in time', retryAfterSeconds: null },
    });
    await poster.close();
  });

  it.each([
    ['a name that leads inside', 'https://push.example.com:4443/x', ['10.0.0.1', '127.0.0.1']],
    ['an address inside', 'https://127.0.0.1:4443/x', []],
    ['an address inside, embedded in another', 'https://[::ffff:127.0.0.1]:4443/x', []],
  ])('is %s is not connected to', async (_what, endpoint, addresses) => {
    const poster = pushPoster(
      { allowsPrivate: false, resolve: async () => addresses },
      vapid({ privateKey: VAPID_PRIVATE_KEY, subject: 'mailto:kedai@kedai.test' }),
    );
    const message = { text: '{}', seconds: 60, topic: 'a', isUrgent: false };
    const address = { endpoint, ...newBrowser().keys };
    expect(await poster.post(address, message, new AbortController().signal)).toMatchObject({
      ...{ status: null, failure: 'The address of a webhook is on the public internet' },
    });
    await poster.close();
  });
});

describe('a browser', () => {
  it('is whose it was registered for last, and ends with the account', async () => {
    const first = await registered();
    const second = await somebody();
    const input = { endpoint: first.endpoint, keys: newBrowser().keys };
    await messages.run(second.identity, REGISTER, { input });
    expect(await rowOf(await step(first))).toBeUndefined();
    await settled(await step(second), { state: 'DELIVERED' });
    expect((await messages.run(first.identity, OWN)).data).toEqual({ pushSubscriptions: [] });
    expect((await messages.run(second.identity, OWN)).data).toMatchObject({
      pushSubscriptions: [{ endpoint: first.endpoint }],
    });
    const byTheFirst = await messages.run(first.identity, UNREGISTER, { endpoint: first.endpoint });
    expect(byTheFirst.data).toEqual({ unregisterPush: { pushSubscription: null, userErrors: [] } });

    const { customerId } = second;
    await messages.deliver('messages.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
    });
    await eventually(async () => expect(await browsersOf(second)).toEqual([]));
    expect((await messages.run(second.identity, REGISTER, { input })).data).toMatchObject({
      registerPush: { pushSubscription: null, userErrors: [{ code: 'SESSION_ENDED' }] },
    });
  });

  it('is unregistered by its person', async () => {
    const person = await registered();
    const { endpoint } = person;
    expect((await messages.run(person.identity, UNREGISTER, { endpoint })).data).toEqual({
      unregisterPush: { pushSubscription: { endpoint }, userErrors: [] },
    });
    expect(await rowOf(await step(person))).toBeUndefined();
  });

  it('gives way to newer ones: a person has ten', async () => {
    const person = await somebody();
    const first = await registered(person);
    const others: string[] = [];
    for (let count = 0; count < 10; count += 1) others.push((await registered(person)).endpoint);
    expect((await browsersOf(person)).toSorted()).toEqual(others.toSorted());
    expect(await browsersOf(person)).not.toContain(first.endpoint);
  });

  it.each([
    ['endpoint', { endpoint: 'nonsense' }],
    ['endpoint', { endpoint: 'ftp://push.example.com/1' }],
    ['endpoint', { endpoint: 'http://93.184.215.14/1' }],
    ['keys', { keys: { p256dh: 'AAAA', auth: 'AAAA' } }],
    ['keys', { keys: { ...newBrowser().keys, p256dh: Buffer.alloc(65, 4).toString('base64url') } }],
  ])('with a wrong %s is refused: %j', async (field, wrong) => {
    const { identity } = await somebody();
    const input = { endpoint: `${service.origin}/x`, keys: newBrowser().keys, ...wrong };
    expect((await messages.run(identity, REGISTER, { input })).data).toMatchObject({
      registerPush: { pushSubscription: null, userErrors: [{ code: 'INVALID_INPUT', field: [field] }] },
    });
    expect(codesOf(await messages.run(ANONYMOUS, REGISTER, { input }))).toEqual(['UNAUTHENTICATED']);
  });

  it('is on the public internet, unless private addresses are allowed, and refused where pushes are not set up', async () => {
    const other = await startTestMessages({ VAPID_PRIVATE_KEY });
    const without = await startTestMessages();
    try {
      const input = { endpoint: 'https://127.0.0.1:4443/x', keys: newBrowser().keys };
      const { identity } = await somebody();
      const refused = (code: string) => ({
        registerPush: { pushSubscription: null, userErrors: [{ code }] },
      });
      expect((await other.run(identity, REGISTER, { input })).data).toMatchObject(refused('INVALID_INPUT'));
      expect((await without.run(identity, REGISTER, { input })).data).toMatchObject(refused('INVALID_STATE'));
      expect((await without.run(ANONYMOUS, '{ vapidPublicKey }')).data).toEqual({ vapidPublicKey: null });
    } finally {
      await Promise.all([other.stop(), without.stop()]);
    }
  });
});
