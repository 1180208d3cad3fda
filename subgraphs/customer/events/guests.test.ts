/** Whom staff see: the guests of their outlets, and by name those who work or have acted there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { codesOf, enveloped, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  BUDI,
  DEWI,
  HQ,
  OTHER_BARISTA,
  OTHER_OUTLET,
  RINA,
  SARI,
  startTestCustomer,
} from '../testing/harness.js';

const CONSUMER = 'customer.notifications';
const franchiseId = DEWI.roles.find(({ role }) => role === 'OWNER')?.franchiseId ?? '';
const HERE = { outletId: STAFFED_OUTLET_ID, franchiseId };
const ELSEWHERE = { outletId: OTHER_OUTLET.id, franchiseId: OTHER_OUTLET.franchiseId };

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

async function signUp(name: string): Promise<string> {
  const id = newId();
  await customer.pool.query(
    `INSERT INTO customer (id, email, name, phone, password_hash) VALUES ($1, $2, $3, '+6281211112222', 'x')`,
    [id, `${id}@kedai.test`, name],
  );
  return id;
}

function accepted(customerId: string, place: typeof HERE): AnyEvent {
  const orderId = newId();
  return enveloped({
    type: 'order.awaiting-payment',
    aggregateId: orderId,
    aggregateVersion: 2,
    data: { orderId, number: 'A-17', customerId, ...place, total: 25_000 },
  });
}

function rejected(customerId: string, place: typeof HERE): AnyEvent {
  const orderId = newId();
  return enveloped({
    type: 'order.rejected',
    aggregateId: orderId,
    aggregateVersion: 2,
    data: { orderId, number: 'A-18', customerId, ...place, reason: 'Sold out.' },
  });
}

async function order(customerId: string, place: typeof HERE): Promise<void> {
  const event = accepted(customerId, place);
  await customer.deliver(CONSUMER, event);
  await applied([event]);
}

async function applied(events: readonly AnyEvent[]): Promise<void> {
  await eventually(async () => {
    const { rows } = await customer.pool.query(
      'SELECT FROM inbox WHERE consumer = $1 AND event_id = ANY ($2)',
      [CONSUMER, events.map(({ id }) => id)],
    );
    expect(rows).toHaveLength(events.length);
  });
}

function read(identity: Identity, id: string, fields = 'name phone') {
  return customer.run(
    identity,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { ${fields} } } }`,
    { of: [{ __typename: 'Customer', id }] },
  );
}

async function seenBy(identity: Identity, id: string): Promise<unknown> {
  const result = await read(identity, id);
  expect(result.errors).toBeUndefined();
  return Object(result.data)._entities[0];
}

describe('a guest', () => {
  test('is seen by the staff of the outlet of an order, and by no other staff', async () => {
    const [here, there] = [await signUp('Di sini'), await signUp('Di sana')];
    for (const identity of [SARI, BUDI, DEWI, OTHER_BARISTA]) {
      expect(await seenBy(identity, here)).toBeNull();
    }
    await order(here, HERE);
    await order(there, ELSEWHERE);
    for (const identity of [SARI, BUDI, DEWI]) {
      expect(await seenBy(identity, here)).toEqual({ name: 'Di sini', phone: '+6281211112222' });
      expect(await seenBy(identity, there)).toBeNull();
    }
    expect(await seenBy(OTHER_BARISTA, there)).toMatchObject({ name: 'Di sana' });
    expect(await seenBy(OTHER_BARISTA, here)).toBeNull();
    for (const id of [here, there]) {
      expect(await seenBy(HQ, id)).not.toBeNull();
      expect(await seenBy(RINA, id)).toBeNull();
    }
  });

  test('whose order was rejected is seen, too', async () => {
    const turnedAway = await signUp('Kehabisan');
    const event = rejected(turnedAway, HERE);
    await customer.deliver(CONSUMER, event);
    await applied([event]);
    expect(await seenBy(SARI, turnedAway)).toMatchObject({ name: 'Kehabisan' });
  });

  test('of several outlets is seen at each, however often they order', async () => {
    const everywhere = await signUp('Di mana-mana');
    const events = [HERE, ELSEWHERE, HERE].map((place) => accepted(everywhere, place));
    for (const event of [...events, ...events]) await customer.deliver(CONSUMER, event);
    await applied(events);
    expect(await seenBy(SARI, everywhere)).toMatchObject({ name: 'Di mana-mana' });
    expect(await seenBy(OTHER_BARISTA, everywhere)).toMatchObject({ name: 'Di mana-mana' });
    const { rows } = await customer.pool.query('SELECT FROM outlet_guest WHERE customer_id = $1', [
      everywhere,
    ]);
    expect(rows).toHaveLength(2);
  });

  test('without an account delays no other', async () => {
    const known = await signUp('Terdaftar');
    const events = [accepted(newId(), HERE), accepted(known, HERE)];
    for (const event of events) await customer.deliver(CONSUMER, event);
    await applied(events);
    expect(await seenBy(SARI, known)).toMatchObject({ name: 'Terdaftar' });
  });
});

describe('a colleague', () => {
  test('is seen at the places of their roles, by name alone', async () => {
    expect(await seenBy(SARI, BUDI.customerId)).toEqual({ name: 'Budi Santoso', phone: null });
    expect(await seenBy(DEWI, SARI.customerId)).toEqual({ name: 'Sari Lestari', phone: null });
    expect(await seenBy(OTHER_BARISTA, SARI.customerId)).toBeNull();
    expect(await seenBy(SARI, DEWI.customerId)).toBeNull();
    for (const field of ['email', 'loyalty { points }', 'redemptions { totalCount }']) {
      expect(codesOf(await read(DEWI, SARI.customerId, `name ${field}`))).toEqual(['FORBIDDEN']);
    }
  });

  test('is named as the actor of a change to those who may read of it', async () => {
    const change = enveloped({
      type: 'change.recorded',
      aggregateId: newId(),
      aggregateVersion: 1,
      data: {
        ...{ action: 'setOutletPrice', actorId: DEWI.customerId, ...HERE, before: null, after: null },
        ...{ entity: { type: 'MenuItem', id: newId() }, origin: null },
      },
    });
    await customer.deliver('customer.audit-trail', change);
    await eventually(async () => {
      const { data } = await customer.run(BUDI, '{ auditLog { nodes { actor { name phone } } } }');
      expect(data).toEqual({ auditLog: { nodes: [{ actor: { name: 'Dewi Anggraini', phone: null } }] } });
    });
    expect(await seenBy(OTHER_BARISTA, DEWI.customerId)).toBeNull();
  });

  test('who is a guest as well is seen as one', async () => {
    await order(SARI.customerId, HERE);
    expect(await seenBy(BUDI, SARI.customerId)).toEqual({ name: 'Sari Lestari', phone: expect.any(String) });
  });
});
