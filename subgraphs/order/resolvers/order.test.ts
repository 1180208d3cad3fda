import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, statementsDuring, textAt } from '../../../tests/support/subgraph.js';
import {
  BARISTA,
  DRINK,
  ELSEWHERE,
  GUEST,
  HQ,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  OWNER,
  person,
  STRANGER,
  startHarness,
} from '../testing/harness.js';

const ORDER = 'query ($id: ID!) { order(id: $id) { id } }';
const ORDERS = `query ($outletId: ID!, $status: [OrderStatus!], $first: Int, $after: String) {
  orders(outletId: $outletId, status: $status, first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor } } }`;
const REFERENCES = (selection: string) =>
  `query ($references: [_Any!]!) { _entities(representations: $references) { ${selection} } }`;

describe('orders', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  it('are seen by their guest and by the staff of their outlet, and are not there for anybody else', async () => {
    const id = await unit.place(GUEST);
    for (const identity of [GUEST, BARISTA, MANAGER, OWNER, HQ]) {
      expect(await unit.run(identity, ORDER, { id })).toEqual({ data: { order: { id } } });
    }
    const elsewhere = person({ role: 'OWNER', outletId: null, franchiseId: ELSEWHERE.franchiseId });
    for (const identity of [STRANGER, MANAGER_ELSEWHERE, elsewhere]) {
      const result = await unit.run(identity, ORDER, { id });
      expect(result.data).toEqual({ order: null });
      expect(codesOf(result)).toEqual(['NOT_FOUND']);
    }
    for (const unknown of [newId(), 'no id at all', '']) {
      expect(codesOf(await unit.run(GUEST, ORDER, { id: unknown }))).toEqual(['NOT_FOUND']);
    }
  });

  it('are null as references for whoever may not see them', async () => {
    const id = await unit.place(GUEST);
    const references = [{ __typename: 'Order', id }];
    const query = REFERENCES('... on Order { id }');
    expect(await unit.run(BARISTA, query, { references })).toEqual({ data: { _entities: [{ id }] } });
    expect(await unit.run(STRANGER, query, { references })).toEqual({ data: { _entities: [null] } });
  });

  it('are read with one query for each kind of thing, however many are asked for', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => unit.place(GUEST)));
    const references = ids.map((id) => ({ __typename: 'Order', id }));
    const query = REFERENCES(`... on Order { id total { amount } outlet { name } estimatedReadyAt
      lines { name options { name } } statusHistory { status } }`);
    const statements = await statementsDuring(async () => {
      const result = await unit.run(GUEST, query, { references });
      expect(result.errors).toBeUndefined();
    });
    const reads = statements.filter(
      (text) => /^SELECT/.test(text.trim()) && /order_line|order_status_entry|orders/.test(text),
    );
    expect(reads).toHaveLength(4);
  });

  describe('of an outlet', () => {
    it('come newest first, a page at a time, without a gap or a repetition', async () => {
      const guest = person();
      const placed: string[] = [];
      for (let count = 0; count < 5; count += 1)
        placed.push(await unit.place(guest, { outletId: ELSEWHERE.id }));
      const seen: string[] = [];
      let after: string | null = null;
      for (const expected of [2, 2, 1]) {
        const result = await unit.run(MANAGER_ELSEWHERE, ORDERS, { outletId: ELSEWHERE.id, first: 2, after });
        const page: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } =
          JSON.parse(JSON.stringify(result.data?.orders));
        expect(page.nodes).toHaveLength(expected);
        expect(page.pageInfo.hasNextPage).toBe(expected === 2);
        seen.push(...page.nodes.map(({ id }) => id));
        after = page.pageInfo.endCursor;
      }
      expect(seen).toEqual(placed.reverse());
    });

    it('can be narrowed to some statuses', async () => {
      const id = await unit.place(GUEST);
      await unit.stockReserved(id);
      await unit.reaches(id, 'AWAITING_PAYMENT');
      const ask = (status: string[]) =>
        unit
          .run(MANAGER, ORDERS, { outletId: OUTLET.id, status })
          .then((result) => JSON.stringify(result.data));
      expect(await ask(['AWAITING_PAYMENT', 'PAID'])).toContain(id);
      expect(await ask(['PAID'])).not.toContain(id);
    });

    it.each<[string, Identity, string, string]>([
      ['a guest', GUEST, OUTLET.id, 'FORBIDDEN'],
      ['nobody', { customerId: null, roles: [] }, OUTLET.id, 'UNAUTHENTICATED'],
      ["another outlet's manager", MANAGER_ELSEWHERE, OUTLET.id, 'NOT_FOUND'],
      ['head office, where there is no such outlet', HQ, newId(), 'NOT_FOUND'],
      ['head office, with what is no id', HQ, 'x', 'NOT_FOUND'],
    ])('are not for %s', async (_who, identity, outletId, code) => {
      const result = await unit.run(identity, ORDERS, { outletId });
      expect(result.data).toEqual({ orders: null });
      expect(codesOf(result)).toEqual([code]);
    });

    it.each([{ first: 0 }, { first: 101 }, { first: -1 }, { after: 'nonsense' }, { after: 'eA' }])(
      'are not paged by %o',
      async (page) => {
        expect(codesOf(await unit.run(HQ, ORDERS, { outletId: OUTLET.id, ...page }))).toEqual([
          'BAD_USER_INPUT',
        ]);
      },
    );

    it('are read for many outlets and customers with one query each', async () => {
      const guest = person();
      const here = await unit.place(guest);
      const there = await unit.place(guest, { outletId: ELSEWHERE.id });
      const query = REFERENCES(`... on Outlet { name orders(first: 1) { nodes { id } } }
        ... on Customer { all: orders { nodes { id } } }`);
      const references = [
        { __typename: 'Outlet', id: OUTLET.id },
        { __typename: 'Outlet', id: ELSEWHERE.id },
        { __typename: 'Customer', id: guest.customerId },
        { __typename: 'Customer', id: GUEST.customerId },
      ];
      const statements = await statementsDuring(async () => {
        expect(await unit.run(HQ, query, { references })).toMatchObject({
          data: {
            _entities: [
              { name: OUTLET.name, orders: { nodes: [{ id: here }] } },
              { name: ELSEWHERE.name, orders: { nodes: [{ id: there }] } },
              { all: { nodes: [{ id: there }, { id: here }] } },
              { all: { nodes: expect.any(Array) } },
            ],
          },
        });
      });
      expect(statements.filter((text) => text.includes('LATERAL'))).toHaveLength(2);
    });
  });

  it("of a customer are the customer's own; staff see those of their outlets alone", async () => {
    const guest = person();
    const here = await unit.place(guest);
    const there = await unit.place(guest, { outletId: ELSEWHERE.id });
    const query = REFERENCES('... on Customer { orders { nodes { id } } }');
    const references = [{ __typename: 'Customer', id: guest.customerId }];
    const seenBy = async (identity: Identity) => {
      const { data } = await unit.run(identity, query, { references });
      const shape: { _entities: { orders: { nodes: { id: string }[] } }[] } = JSON.parse(
        JSON.stringify(data),
      );
      return shape._entities.flatMap(({ orders }) => orders.nodes.map(({ id }) => id));
    };
    expect(await seenBy(guest)).toEqual([there, here]);
    expect(await seenBy(BARISTA)).toEqual([here]);
    expect(await seenBy(MANAGER_ELSEWHERE)).toEqual([there]);
    expect(await seenBy(STRANGER)).toEqual([]);
  });

  describe('being cancelled', () => {
    const CANCEL = `mutation ($id: ID!, $reason: String) {
      cancelOrder(orderId: $id, reason: $reason) { order { status statusReason } userErrors { code field } } }`;

    it('by their guest, until they are being made', async () => {
      const { orderId: id } = await unit.paid(GUEST);
      expect(await unit.run(GUEST, CANCEL, { id, reason: 'Terlambat' })).toEqual({
        data: { cancelOrder: { order: { status: 'CANCELLED', statusReason: 'Terlambat' }, userErrors: [] } },
      });
      const refused = { order: null, userErrors: [{ code: 'INVALID_STATE', field: ['orderId'] }] };
      expect(await unit.run(GUEST, CANCEL, { id })).toEqual({ data: { cancelOrder: refused } });

      const { orderId: begun } = await unit.paid(GUEST);
      await unit.run(BARISTA, 'mutation ($id: ID!) { startPreparing(orderId: $id) { order { id } } }', {
        id: begun,
      });
      expect(await unit.run(MANAGER, CANCEL, { id: begun })).toEqual({ data: { cancelOrder: refused } });
    });

    it('by staff who may, told so when they may not; nobody else finds them', async () => {
      const id = await unit.place(GUEST);
      for (const reason of [undefined, 'x'.repeat(201)]) {
        expect(codesOf(await unit.run(BARISTA, CANCEL, { id, reason }))).toEqual(['FORBIDDEN']);
      }
      for (const identity of [STRANGER, MANAGER_ELSEWHERE]) {
        expect(codesOf(await unit.run(identity, CANCEL, { id }))).toEqual(['NOT_FOUND']);
      }
      for (const unknown of [newId(), 'x']) {
        expect(codesOf(await unit.run(MANAGER, CANCEL, { id: unknown }))).toEqual(['NOT_FOUND']);
      }
      expect(await unit.status(id)).toBe('PLACED');
      const result = await unit.run(MANAGER, CANCEL, { id });
      expect(textAt(result, 'cancelOrder', 'order', 'statusReason')).toBe('Cancelled by the outlet');
    });

    it('with a reason that can be written down', async () => {
      const id = await unit.place(GUEST);
      expect(await unit.run(GUEST, CANCEL, { id, reason: 'x'.repeat(201) })).toEqual({
        data: { cancelOrder: { order: null, userErrors: [{ code: 'INVALID_INPUT', field: ['reason'] }] } },
      });
    });

    it('by many at once, once', async () => {
      const id = await unit.place(GUEST);
      const results = await Promise.all(Array.from({ length: 20 }, () => unit.run(GUEST, CANCEL, { id })));
      const done = results.filter((result) => JSON.stringify(result.data).includes('CANCELLED"'));
      expect(done).toHaveLength(1);
      expect(await unit.publishedTypes(id)).toEqual(['order.placed', 'order.cancelled']);
    });
  });

  it('keep what was ordered whatever the database is told', async () => {
    const id = await unit.place(GUEST, { lines: [{ menuItemId: DRINK.id, quantity: 2 }] });
    for (const change of [
      'UPDATE order_line SET quantity = 0 WHERE order_id = $1',
      'UPDATE order_line SET subtotal = subtotal + 1 WHERE order_id = $1',
      'UPDATE orders SET total = -1 WHERE id = $1',
      `UPDATE orders SET status = 'PAID' WHERE id = $1`,
      `UPDATE orders SET status = 'AWAITING_PAYMENT' WHERE id = $1`,
    ]) {
      await expect(unit.pool.query(change, [id])).rejects.toThrow(/violates check constraint/);
    }
  });
});
