import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { pruneGuests } from '../store/guests.js';
import {
  BARISTA,
  ELSEWHERE,
  GUEST,
  HQ,
  LIMITED,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  person,
  placing,
  refusal,
  STRANGER,
  startHarness,
} from '../testing/harness.js';

const MEMBER = person();
const PHONE = '+6281211112222';
const INA = { name: 'Ina', table: '12' };

let unit: OrderHarness;

beforeAll(async () => {
  unit = await startHarness();
  await member(MEMBER.customerId, PHONE);
  await eventually(async () => {
    const { rowCount } = await unit.pool.query('SELECT FROM member_phone WHERE phone = $1', [PHONE]);
    expect(rowCount).toBe(1);
  });
});
afterAll(() => unit.stop());

function member(customerId: string, phone: string | null, aggregateVersion = 1) {
  const data = { customerId, phone };
  return unit.deliver('order.member-phones', {
    ...{ type: 'customer.phone-changed', aggregateId: customerId, aggregateVersion, data },
  });
}

function readCode(identity: Identity, customerId: string) {
  return unit.run(
    identity,
    'query ($people: [_Any!]!) { _entities(representations: $people) { ... on Customer { memberCode { code expiresAt } } } }',
    { people: [{ __typename: 'Customer', id: customerId }] },
  );
}

async function codeOf(identity: ReturnType<typeof person>): Promise<string> {
  const { data } = await readCode(identity, identity.customerId);
  const people = z.array(z.object({ memberCode: z.object({ code: z.string() }) })).parse(data?._entities);
  return people[0]?.memberCode.code ?? '';
}

const SEEN = 'id status customer { id } guest { name table }';

async function seen(identity: Identity, id: string) {
  const { data, errors } = await unit.run(identity, `query ($id: ID!) { order(id: $id) { ${SEEN} } }`, {
    id,
  });
  return errors === undefined ? data?.order : codesOf({ errors });
}

async function cancel(identity: Identity, id: string) {
  const { data, errors } = await unit.run(
    identity,
    'mutation ($id: ID!) { cancelOrder(orderId: $id) { order { status } userErrors { code } } }',
    { id },
  );
  return errors === undefined ? data?.cancelOrder : codesOf({ errors });
}

const cancelled = { order: { status: 'CANCELLED' }, userErrors: [] };

describe('an order that staff take for a guest without an account', () => {
  it('has a name and a table, no customer, and is seen by staff of the outlet alone', async () => {
    const id = await unit.place(BARISTA, { guest: INA });
    const order = { id, status: 'PLACED', customer: null, guest: INA };
    for (const staff of [BARISTA, MANAGER, HQ]) expect(await seen(staff, id)).toEqual(order);
    for (const other of [GUEST, STRANGER, MANAGER_ELSEWHERE]) {
      expect(await seen(other, id)).toEqual(['NOT_FOUND']);
    }
  });

  it('is in the kitchen’s queue once it is paid, with what its guest is called by', async () => {
    const { orderId } = await unit.paid(BARISTA, { guest: { table: '7' } });
    const { data } = await unit.run(
      BARISTA,
      'query ($id: ID!) { kitchenQueue(outletId: $id) { id guest { name table } customer { id } } }',
      { id: OUTLET.id },
    );
    expect(data?.kitchenQueue).toContainEqual({
      ...{ id: orderId, guest: { name: null, table: '7' }, customer: null },
    });
  });

  it('publishes no customer and nothing that names its guest, and one record for the audit trail', async () => {
    const id = await unit.place(BARISTA, { guest: { name: 'Sri Wahyuni' } });
    const { rows } = await unit.pool.query(
      `SELECT type, data FROM outbox WHERE aggregate_id = $1 OR data->'entity'->>'id' = $1 ORDER BY type`,
      [id],
    );
    expect(rows).toMatchObject([
      {
        type: 'change.recorded',
        data: {
          ...{ action: 'placeOrder', actorId: BARISTA.customerId, outletId: OUTLET.id, before: null },
          after: { customerId: null, status: 'PLACED' },
        },
      },
      { type: 'order.placed', data: { customerId: null, isCounter: true } },
    ]);
    expect(JSON.stringify(rows)).not.toContain('Sri');
  });

  it('is placed once by a key, and another guest needs another', async () => {
    const idempotencyKey = newId();
    const first = await unit.place(BARISTA, { guest: INA, idempotencyKey });
    expect(await unit.place(BARISTA, { guest: INA, idempotencyKey })).toBe(first);
    expect(await placing(unit, BARISTA, { guest: { name: 'Ani' }, idempotencyKey })).toMatchObject({
      data: { placeOrder: { userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] } },
    });
  });

  it('is of a limited item as any other', async () => {
    const lines = [{ menuItemId: LIMITED.id, quantity: 1 }];
    expect(await seen(BARISTA, await unit.place(BARISTA, { guest: INA, lines }))).toMatchObject({
      guest: INA,
    });
  });

  it('is cancelled by staff who take orders there while it is unpaid, by a manager afterwards, and by nobody else', async () => {
    const unpaid = await unit.place(BARISTA, { guest: INA });
    expect(await cancel(GUEST, unpaid)).toEqual(['NOT_FOUND']);
    expect(await cancel(BARISTA, unpaid)).toEqual(cancelled);
    const { orderId } = await unit.paid(BARISTA, { guest: INA });
    expect(await cancel(BARISTA, orderId)).toEqual(['FORBIDDEN']);
    expect(await cancel(MANAGER, orderId)).toEqual(cancelled);
  });

  it('is cancelled by a manager alone once a part of it is paid', async () => {
    const id = await unit.place(BARISTA, { guest: INA });
    await unit.stockReserved(id);
    await unit.reaches(id, 'AWAITING_PAYMENT');
    await unit.partCaptured(id, newId());
    await eventually(async () => {
      const { rows } = await unit.pool.query('SELECT is_part_paid FROM orders WHERE id = $1', [id]);
      expect(rows).toEqual([{ is_part_paid: true }]);
    });
    expect(await cancel(BARISTA, id)).toEqual(['FORBIDDEN']);
    expect(await cancel(MANAGER, id)).toEqual(cancelled);
  });

  it('is exported to its member without who took it and what the outlet had in stock', async () => {
    const id = await unit.place(BARISTA, { guest: { memberPhone: PHONE } });
    const { data } = await unit.run(
      MEMBER,
      'query ($orders: [_Any!]!) { _entities(representations: $orders) { ... on ExportedOrder { data } } }',
      { orders: [{ __typename: 'ExportedOrder', id }] },
    );
    const exported = JSON.stringify(data);
    for (const shown of [id, MEMBER.customerId, 'order_line']) expect(exported).toContain(shown);
    for (const hidden of [BARISTA.customerId, 'rejected_lines']) expect(exported).not.toContain(hidden);
  });

  it('is not bounded by what others have unpaid', async () => {
    const dozen = Array.from({ length: 12 }, (_, table) =>
      unit.place(BARISTA, { guest: { table: String(table) } }),
    );
    expect(new Set(await Promise.all(dozen)).size).toBe(12);
  });

  it('counts as sold', async () => {
    const report = async () => {
      const today = new Intl.DateTimeFormat('sv-SE', { timeZone: OUTLET.timeZone }).format(new Date());
      const { data } = await unit.run(
        MANAGER,
        'query ($day: Date!) { salesReport(from: $day, to: $day) { orders } }',
        { day: today },
      );
      return Number(data?.salesReport && Object(data.salesReport).orders);
    };
    const before = await report();
    await unit.paid(BARISTA, { guest: INA });
    expect(await report()).toBe(before + 1);
  });

  it('forgets its guest after thirty days', async () => {
    const id = await unit.place(BARISTA, { guest: INA });
    await pruneGuests(unit.pool);
    expect(await seen(BARISTA, id)).toMatchObject({ guest: INA });
    await unit.pool.query(
      "UPDATE order_guest SET placed_at = placed_at - interval '31 days' WHERE order_id = $1",
      [id],
    );
    await pruneGuests(unit.pool);
    expect(await seen(BARISTA, id)).toMatchObject({ id, guest: null });
  });
});

describe('an order that staff take for a member', () => {
  it('is the member’s, however the phone number is written', async () => {
    const id = await unit.place(BARISTA, { guest: { name: 'Bu Rina', memberPhone: '0812 1111-2222' } });
    const customer = { id: MEMBER.customerId };
    const guest = { name: 'Bu Rina', table: null };
    expect(await seen(BARISTA, id)).toMatchObject({ customer, guest });
    expect(await seen(MEMBER, id)).toMatchObject({ customer, guest: null });
    expect(await seen(STRANGER, id)).toEqual(['NOT_FOUND']);
  });

  it('is refused for a number of nobody, and for one of several, with the way out', async () => {
    const guest = { memberPhone: '+6281299990000' };
    expect(await placing(unit, BARISTA, { guest })).toEqual(refusal('NOT_FOUND', ['guest', 'memberPhone']));
    const [one, other] = [newId(), newId()];
    await member(one, '+6281233334444');
    await member(other, '+6281233334444');
    await eventually(async () =>
      expect(await placing(unit, BARISTA, { guest: { memberPhone: '+6281233334444' } })).toMatchObject({
        data: {
          placeOrder: { userErrors: [{ message: expect.stringContaining('does not name one member') }] },
        },
      }),
    );
  });

  it('follows the newest number, whatever order its changes arrive in', async () => {
    const customerId = newId();
    await member(customerId, '+6281255556666', 3);
    await member(customerId, '+6281255550000', 2);
    const guest = { memberPhone: '+6281255556666' };
    await eventually(async () =>
      expect(await seen(BARISTA, await unit.place(BARISTA, { guest }))).toMatchObject({
        customer: { id: customerId },
      }),
    );
    expect(await placing(unit, BARISTA, { guest: { memberPhone: '+6281255550000' } })).toEqual(
      refusal('NOT_FOUND', ['guest', 'memberPhone']),
    );
  });

  it('is the member’s who shows a code, until it expires', async () => {
    const [shown, again] = [await codeOf(MEMBER), await codeOf(MEMBER)];
    expect(shown).toMatch(/^[1-9]\d{7}$/);
    expect(again).toBe(shown);
    const guest = { memberCode: `${shown.slice(0, 4)} ${shown.slice(4)}` };
    const idempotencyKey = newId();
    const id = await unit.place(BARISTA, { guest, idempotencyKey });
    expect(await seen(BARISTA, id)).toMatchObject({ customer: { id: MEMBER.customerId } });
    await unit.pool.query("UPDATE member_code SET expires_at = now() + interval '30 seconds'");
    const next = await codeOf(MEMBER);
    expect(next).not.toBe(shown);
    await unit.pool.query("UPDATE member_code SET expires_at = now() - interval '1 second'");
    const gone = refusal('NOT_FOUND', ['guest', 'memberCode']);
    for (const memberCode of [shown, next])
      expect(await placing(unit, BARISTA, { guest: { memberCode } })).toEqual(gone);
    expect(await unit.place(BARISTA, { guest, idempotencyKey })).toBe(id);
  });

  it('has a code that nobody else reads, and that the account’s deletion takes away', async () => {
    const leaving = person();
    await codeOf(leaving);
    for (const other of [MEMBER, BARISTA, HQ]) {
      const { data, errors } = await readCode(other, leaving.customerId);
      expect([data?._entities, codesOf({ errors: errors ?? [] })]).toEqual([
        [{ memberCode: null }],
        ['FORBIDDEN'],
      ]);
    }
    const { customerId } = leaving;
    await unit.deliver('order.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
    });
    await eventually(async () => {
      const { rowCount } = await unit.pool.query('SELECT FROM member_code WHERE customer_id = $1', [
        customerId,
      ]);
      expect(rowCount).toBe(0);
    });
    const { data } = await readCode(leaving, customerId);
    expect(data?._entities).toEqual([{ memberCode: null }]);
  });

  it('is for no guessed code: ten wrong ones by one of the staff, however many at once, are the last for a while', async () => {
    const guessing = person({ role: 'BARISTA', outletId: OUTLET.id, franchiseId: null });
    const guess = (memberCode: string) => placing(unit, guessing, { guest: { memberCode } });
    const wrong = await Promise.all(
      Array.from({ length: 12 }, (_, index) => guess(String(20_000_000 + index))),
    );
    const refused = wrong.filter(({ data }) => JSON.stringify(data).includes('TOO_MANY_ATTEMPTS'));
    expect(refused).toHaveLength(2);
    const shown = await codeOf(MEMBER);
    expect((await guess(shown)).data).toMatchObject({
      placeOrder: {
        order: null,
        userErrors: [{ code: 'TOO_MANY_ATTEMPTS', field: ['guest', 'memberCode'] }],
      },
    });
    const id = await unit.place(BARISTA, { guest: { memberCode: shown } });
    expect(await seen(BARISTA, id)).toMatchObject({ customer: { id: MEMBER.customerId } });
    expect(await placing(unit, BARISTA, { guest: { memberCode: '1234', memberPhone: PHONE } })).toEqual(
      refusal('INVALID_INPUT', ['guest', 'memberCode']),
    );
  });

  it('spends no reward of the member’s', async () => {
    const input = { guest: { memberPhone: PHONE }, redemptionIds: [newId()] };
    expect((await placing(unit, BARISTA, input)).data).toMatchObject({ placeOrder: { order: null } });
  });

  it('does not show whom it was for once the account is deleted, by number neither', async () => {
    const customerId = newId();
    await member(customerId, '+6281277778888');
    const guest = { name: 'Wayan', memberPhone: '+6281277778888' };
    const id = await eventually(() => unit.place(BARISTA, { guest }));
    await unit.deliver('order.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
    });
    await eventually(async () => expect(await seen(BARISTA, id)).toMatchObject({ guest: null }));
    await member(customerId, '+6281277778888', 9);
    expect(await placing(unit, BARISTA, { guest })).toEqual(refusal('NOT_FOUND', ['guest', 'memberPhone']));
  });
});

describe('who takes orders for others', () => {
  it('is staff of the outlet, whatever else is wrong with the order', async () => {
    const input = { guest: {}, lines: [] };
    for (const identity of [GUEST, MANAGER_ELSEWHERE]) {
      expect(codesOf(await placing(unit, identity, input))).toEqual(['FORBIDDEN']);
    }
    const elsewhere = { ...input, outletId: ELSEWHERE.id };
    expect(codesOf(await placing(unit, BARISTA, elsewhere))).toEqual(['FORBIDDEN']);
  });

  it('says at least one thing of the guest, and nothing too long', async () => {
    expect(await placing(unit, BARISTA, { guest: { name: ' ' } })).toEqual(
      refusal('INVALID_INPUT', ['guest']),
    );
    const guest = { name: 'x'.repeat(61), table: 'x'.repeat(21), memberPhone: 'none' };
    expect((await placing(unit, BARISTA, { guest })).data).toMatchObject({
      placeOrder: {
        order: null,
        userErrors: [
          { field: ['guest', 'name'] },
          { field: ['guest', 'table'] },
          { field: ['guest', 'memberPhone'] },
        ],
      },
    });
  });

  it('orders for themselves without a guest', async () => {
    const id = await unit.place(BARISTA);
    expect(await seen(BARISTA, id)).toMatchObject({ customer: { id: BARISTA.customerId }, guest: null });
  });
});
