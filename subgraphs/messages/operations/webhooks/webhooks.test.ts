/** Webhooks from the subscription to what arrives: events of one's own tenant, signed, and read back. */
import type { ExecutionResult } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../../platform/events/envelope.js';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { seedMessages } from '../../../../prisma/seed/messages.js';
import {
  codesOf,
  enveloped,
  startTestSubgraph,
  type TestSubgraph,
  textAt,
} from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { PUBLIC_EVENT_TYPES } from '../../events/public-events.js';
import { startMessages } from '../../index.js';
import { HQ, OTHERS, SECRET, staffAt, startTestMessages } from '../../testing/harness.js';
import { isSignedBy, type Receiver, startReceiver, withStatus } from '../../testing/receiver.js';

/** Two outlets of one franchise, and one of another. */
const { ours, sister, theirs } = outlets();

function outlets() {
  const [first] = CATALOGUE.outlets;
  const others = CATALOGUE.outlets.filter(({ id }) => id !== first?.id);
  const sameFranchise = others.find(({ franchiseId }) => franchiseId === first?.franchiseId);
  const another = others.find(({ franchiseId }) => franchiseId !== first?.franchiseId);
  if (!first || !sameFranchise || !another) throw new Error('The demo chain has no such outlets.');
  return { ours: first, sister: sameFranchise, theirs: another };
}

const manager = staffAt('MANAGER', { outletId: ours.id });
const owner = staffAt('OWNER', { franchiseId: ours.franchiseId });
const stranger = staffAt('MANAGER', { outletId: theirs.id });

const CREATE = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
  webhook { id url eventTypes status outlet { id } franchise { id } createdAt formerSecretUntil } secret userErrors { code field message } } }`;
const LIST = `{ webhooks { totalCount nodes { id url status disabledBecause failingSince formerSecretUntil deliveries(first: 50) { totalCount nodes {
  id eventId eventType occurredAt state attempts nextAttemptAt lastAttemptAt responseStatus responseBody durationMilliseconds failure } } } } }`;
const byId = (mutation: string, selection = 'webhook { id status formerSecretUntil }') =>
  `mutation ($id: ID!) { ${mutation}(id: $id) { ${selection} userErrors { code } } }`;
const REPLAY = `mutation ($id: ID!, $from: DateTime!, $idempotencyKey: String) {
  replayWebhook(id: $id, from: $from, idempotencyKey: $idempotencyKey) { webhook { id } userErrors { code } } }`;

let messages: TestSubgraph;
let receiver: Receiver;
beforeAll(async () => {
  messages = await startTestSubgraph('messages', startMessages, {
    seed: seedMessages,
    settings: { SUBGRAPH_SECRET: SECRET, WEBHOOKS_PRIVATE_ADDRESSES: 'on' },
  });
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await messages.pool.query('DELETE FROM webhook');
  await receiver.stop();
});
afterAll(() => messages.stop());

interface Created {
  readonly id: string;
  readonly secret: string;
}

async function create(identity: Identity, input: object = {}): Promise<Created> {
  const given = { url: receiver.url, eventTypes: ['order.paid', 'order.ready'], ...input };
  const result = await messages.run(identity, CREATE, { input: given });
  return {
    id: textAt(result, 'createWebhook', 'webhook', 'id'),
    secret: textAt(result, 'createWebhook', 'secret'),
  };
}

interface Listed {
  readonly webhooks: {
    readonly totalCount: number;
    readonly nodes: readonly {
      readonly id: string;
      readonly status: string;
      readonly deliveries: {
        readonly totalCount: number;
        readonly nodes: readonly Record<string, unknown>[];
      };
    }[];
  };
}

async function list(identity: Identity): Promise<Listed['webhooks']> {
  const result = await messages.run(identity, LIST);
  expect(result.errors).toBeUndefined();
  const { webhooks }: Listed = JSON.parse(JSON.stringify(result.data));
  return webhooks;
}

interface Place {
  readonly id: string;
  readonly franchiseId: string;
}
const tenantOf = ({ id: outletId, franchiseId }: Place) => ({ outletId, franchiseId });

/** An order of an outlet is paid. */
function paidAt(outlet: Place): NewEvent {
  const orderId = newId();
  const order = { orderId, number: 'K-1', customerId: newId(), ...tenantOf(outlet) };
  return {
    ...{ type: 'order.paid', aggregateId: orderId, aggregateVersion: 3 },
    data: { ...order, paymentId: newId(), total: 50_000 },
  };
}

const deliver = (event: Parameters<TestSubgraph['deliver']>[1]) =>
  messages.deliver('messages.webhook-events', event);
const idsAt = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id']);

/** Once an event of the chain has arrived that was delivered after all others. */
async function settled(): Promise<void> {
  const last = await startReceiver();
  await create(HQ, { url: last.url, eventTypes: ['order.ready'] });
  const orderId = newId();
  const order = { orderId, number: 'K-2', customerId: null, ...tenantOf(theirs) };
  await deliver({ type: 'order.ready', aggregateId: orderId, aggregateVersion: 1, data: order });
  await eventually(() => expect(last.received).toHaveLength(1));
  await last.stop();
}

describe('a webhook', () => {
  it('receives the events that it subscribed to, once each, signed, as CloudEvents', async () => {
    const { id, secret } = await create(manager);
    expect(secret).toMatch(/^whsec_/);
    const event = await deliver(paidAt(ours));
    await deliver(event);
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const [received] = receiver.received;
    if (received === undefined) throw new Error('Nothing received');
    expect(isSignedBy(secret, received)).toBe(true);
    expect(received.headers['webhook-id']).toBe(event.id);
    expect(Math.abs(Number(received.headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
    expect(JSON.parse(received.body)).toEqual({
      ...{ specversion: '1.0', id: event.id, source: '/kedai/test', type: 'order.paid', dataversion: 1 },
      ...{ subject: event.aggregateId, time: event.occurredAt, aggregateversion: 3 },
      ...{ datacontenttype: 'application/json', dataschema: 'urn:kedai:event:order.paid:1' },
      ...{ franchiseid: ours.franchiseId, outletid: ours.id },
      data: expect.objectContaining({ number: 'K-1', total: { amount: 50_000, currency: 'IDR' } }),
    });
    await eventually(async () => {
      const { nodes } = await list(manager);
      expect(nodes).toMatchObject([{ id, status: 'ACTIVE' }]);
      expect(nodes[0]?.deliveries.nodes).toMatchObject([
        {
          ...{ eventId: event.id, eventType: 'order.paid', state: 'DELIVERED', attempts: 1 },
          ...{ responseStatus: 204, responseBody: '', failure: null, nextAttemptAt: null },
        },
      ]);
    });
  });

  it('is of the caller’s own outlet, franchise or chain, and receives of no other', async () => {
    const places = [
      { identity: manager, outlet: { id: ours.id }, franchise: { id: ours.franchiseId } },
      { identity: owner, outlet: null, franchise: { id: ours.franchiseId } },
      { identity: HQ, outlet: null, franchise: null },
      { identity: stranger, outlet: { id: theirs.id }, franchise: { id: theirs.franchiseId } },
    ];
    const receivers = await Promise.all(places.map(() => startReceiver()));
    for (const [index, { identity, outlet, franchise }] of places.entries()) {
      const input = { url: receivers[index]?.url ?? '', eventTypes: ['order.paid'] };
      const result = await messages.run(identity, CREATE, { input });
      expect(result.data?.createWebhook).toMatchObject({ webhook: { outlet, franchise }, userErrors: [] });
    }
    const [here, beside, there] = [
      await deliver(paidAt(ours)),
      await deliver(paidAt(sister)),
      await deliver(paidAt(theirs)),
    ];
    await settled();
    const received = receivers.map((one) => idsAt(one).toSorted());
    const [ofManager, ofOwner, ofHq, ofStranger] = received;
    expect(ofManager).toEqual([here.id]);
    expect(ofOwner).toEqual([here.id, beside.id].toSorted());
    expect(ofHq).toEqual([here.id, beside.id, there.id].toSorted());
    expect(ofStranger).toEqual([there.id]);
    await Promise.all(receivers.map((one) => one.stop()));
  });

  it('is seen and changed by those who manage its place alone', async () => {
    const { id } = await create(manager);
    expect((await list(owner)).nodes.map((webhook) => webhook.id)).toEqual([id]);
    expect((await list(stranger)).totalCount).toBe(0);
    for (const mutation of ['rotateWebhookSecret', 'pauseWebhook', 'resumeWebhook'])
      expect(codesOf(await messages.run(stranger, byId(mutation), { id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await messages.run(stranger, byId('deleteWebhook', 'webhookId'), { id }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(codesOf(await messages.run(stranger, byId('testWebhook', 'delivery { id }'), { id }))).toEqual([
      'NOT_FOUND',
    ]);
    const from = new Date(0).toISOString();
    expect(codesOf(await messages.run(stranger, REPLAY, { id, from }))).toEqual(['NOT_FOUND']);
    for (const input of [{ outletId: ours.id }, { franchiseId: ours.franchiseId }]) {
      const given = { url: receiver.url, eventTypes: ['order.paid'], ...input };
      expect(codesOf(await messages.run(stranger, CREATE, { input: given }))).toEqual(['NOT_FOUND']);
    }
    for (const [name, identity] of Object.entries(OTHERS)) {
      if (name === 'manager' || name === 'owner') continue;
      const code = name === 'visitor' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect(codesOf(await messages.run(identity, LIST))).toEqual([code]);
    }
  });

  it('is signed for by both secrets once one was rotated', async () => {
    const first = await create(manager);
    const rotated = await messages.run(
      manager,
      byId('rotateWebhookSecret', 'secret webhook { formerSecretUntil }'),
      { id: first.id },
    );
    const second = textAt(rotated, 'rotateWebhookSecret', 'secret');
    expect(second).not.toBe(first.secret);
    await deliver(paidAt(ours));
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const both = receiver.received[0];
    expect([first.secret, second].map((secret) => both && isSignedBy(secret, both))).toEqual([true, true]);
    await messages.pool.query('UPDATE webhook_secret SET expires_at = now() WHERE expires_at IS NOT NULL');
    await deliver(paidAt(ours));
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const after = receiver.received[1];
    expect([first.secret, second].map((secret) => after && isSignedBy(secret, after))).toEqual([false, true]);
  });

  it('has a secret that no table holds in clear', async () => {
    const { secret } = await create(manager);
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const { rows } = await messages.pool.query<{ sealed: Buffer }>('SELECT sealed FROM webhook_secret');
    expect(rows).toHaveLength(1);
    for (const { sealed } of rows) expect(sealed.includes(bytes)).toBe(false);
  });

  it('is tested by an event of its own, posted once', async () => {
    const { id, secret } = await create(manager);
    await messages.run(manager, byId('pauseWebhook'), { id });
    receiver.answer(withStatus(500));
    const result = await messages.run(manager, byId('testWebhook', 'delivery { eventType eventId }'), { id });
    expect(result.data?.testWebhook).toMatchObject({ delivery: { eventType: 'webhook.test' } });
    await eventually(async () => {
      const [webhook] = (await list(manager)).nodes;
      expect(webhook?.deliveries.nodes).toMatchObject([{ state: 'GIVEN_UP', failure: 'Answered 500' }]);
    });
    const [received] = receiver.received;
    expect(received && isSignedBy(secret, received)).toBe(true);
    expect(received && JSON.parse(received.body)).toMatchObject({
      type: 'webhook.test',
      data: { webhookId: id },
    });
  });

  it('holds events back while it is paused, and receives them when it is resumed', async () => {
    const { id } = await create(manager);
    const paused = await messages.run(manager, byId('pauseWebhook'), { id });
    expect(paused.data?.pauseWebhook).toMatchObject({ webhook: { status: 'PAUSED' } });
    const event = await deliver(paidAt(ours));
    await settled();
    expect(receiver.received).toHaveLength(0);
    await messages.run(manager, byId('resumeWebhook'), { id });
    await eventually(() => expect(idsAt(receiver)).toEqual([event.id]));
  });

  it('receives what has happened since a moment again, with what it missed while it was disabled, once by a key', async () => {
    const { id } = await create(manager);
    const occurredAt = new Date(Date.now() - 30_000).toISOString();
    const before = await deliver({ ...enveloped(paidAt(ours)), occurredAt });
    const event = await deliver(paidAt(ours));
    await eventually(() => expect(receiver.received).toHaveLength(2));
    await messages.pool.query(`UPDATE webhook SET status = 'DISABLED', disabled_because = 'because'`);
    const missed = await deliver(paidAt(ours));
    await settled();
    expect(idsAt(receiver)).not.toContain(missed.id);
    await messages.run(manager, byId('resumeWebhook'), { id });
    const from = new Date(Date.parse(event.occurredAt) - 1).toISOString();
    const idempotencyKey = newId();
    for (let time = 0; time < 2; time += 1) {
      const result = await messages.run(manager, REPLAY, { id, from, idempotencyKey });
      expect(result.data?.replayWebhook).toMatchObject({ webhook: { id }, userErrors: [] });
      await eventually(() => expect(receiver.received).toHaveLength(4));
    }
    await settled();
    const counts = [before, event, missed].map(
      (one) => idsAt(receiver).filter((posted) => posted === one.id).length,
    );
    expect(counts).toEqual([1, 2, 1]);
    const reused = await messages.run(manager, REPLAY, {
      id,
      from: new Date(0).toISOString(),
      idempotencyKey,
    });
    expect(reused.data?.replayWebhook).toMatchObject({ userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });
  });

  it('is gone with its deliveries once it is deleted', async () => {
    const { id } = await create(manager);
    await deliver(paidAt(ours));
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const result = await messages.run(manager, byId('deleteWebhook', 'webhookId'), { id });
    expect(result.data?.deleteWebhook).toMatchObject({ webhookId: id, userErrors: [] });
    expect((await list(manager)).totalCount).toBe(0);
    await deliver(paidAt(ours));
    await settled();
    expect(receiver.received).toHaveLength(1);
  });
});

const faultsOf = (result: ExecutionResult): unknown => JSON.parse(JSON.stringify(result.data?.createWebhook));

describe('what is refused', () => {
  it.each([
    [{ url: 'ftp://hooks.example.com/' }, ['url']],
    [{ url: 'https://user:secret@hooks.example.com/' }, ['url']],
    [{ url: 'http://8.8.8.8/' }, ['url']],
    [{ eventTypes: [] }, ['eventTypes']],
    [{ eventTypes: ['customer.registered'] }, ['eventTypes', '0']],
    [{ eventTypes: ['order.paid', 'no.such'] }, ['eventTypes', '1']],
  ])('%j', async (input, field) => {
    const given = { url: receiver.url, eventTypes: ['order.paid'], ...input };
    expect(faultsOf(await messages.run(manager, CREATE, { input: given }))).toEqual({
      ...{ webhook: null, secret: null },
      userErrors: [{ code: 'INVALID_INPUT', field, message: expect.any(String) }],
    });
  });

  it('a place that is not said by who manages several', async () => {
    const ofTwo: Identity = { ...manager, roles: [...manager.roles, ...stranger.roles] };
    const input = { url: receiver.url, eventTypes: ['order.paid'] };
    expect(faultsOf(await messages.run(ofTwo, CREATE, { input }))).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', field: ['outletId'] }],
    });
    const named = await messages.run(ofTwo, CREATE, { input: { ...input, outletId: theirs.id } });
    expect(faultsOf(named)).toMatchObject({ webhook: { outlet: { id: theirs.id } } });
  });

  it('more than twenty webhooks of one place', async () => {
    for (let count = 0; count < 20; count += 1) await create(manager);
    const input = { url: receiver.url, eventTypes: ['order.paid'] };
    expect(faultsOf(await messages.run(manager, CREATE, { input }))).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE' }],
    });
  });

  it('an address inside, unless the setting allows it', async () => {
    const strict = await startTestMessages();
    try {
      for (const url of [
        receiver.url,
        `https://127.0.0.1:${receiver.port}/`,
        'https://[::1]:8443/',
        'https://localhost/',
      ]) {
        const input = { url, eventTypes: ['order.paid'] };
        expect(faultsOf(await strict.run(HQ, CREATE, { input }))).toMatchObject({
          userErrors: [{ code: 'INVALID_INPUT', field: ['url'] }],
        });
      }
    } finally {
      await strict.stop();
    }
  });
});

it('webhookEventTypes lists what can be subscribed to', async () => {
  const result = await messages.run(manager, '{ webhookEventTypes { name version description } }');
  expect(JSON.parse(JSON.stringify(result.data))).toEqual({ webhookEventTypes: PUBLIC_EVENT_TYPES });
});
