import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, statementsDuring, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
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
  UNKNOWN_ID,
} from '../testing/harness.js';

const connectionSchema = z.object({
  totalCount: z.number(),
  edges: z.array(z.object({ cursor: z.string(), node: z.object({ id: z.string() }) })),
  pageInfo: z.object({ hasNextPage: z.boolean(), hasPreviousPage: z.boolean() }),
});

const ORDER = 'query ($id: ID!) { order(id: $id) { id } }';
const ORDERS = `query (
  $outletId: ID!, $status: [OrderStatus!], $first: Int, $after: String, $last: Int, $before: String
) {
  orders(outletId: $outletId, status: $status, first: $first, after: $after, last: $last, before: $before) {
    nodes { id } pageInfo { hasNextPage endCursor } } }`;
const REFERENCES = (selection: string) =>
  `query ($references: [_Any!]!) { _entities(representations: $references) { ${selection} } }`;

describe('orders', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  it('are read by their guest in English, by staff and in other languages as the chain wrote them', async () => {
    const id = await unit.place(GUEST);
    const source = 'query ($id: ID!) { order(id: $id) { lines { name options { name group { name } } } } }';
    const namesIn = async (identity: Identity, language?: 'id' | 'en') =>
      JSON.stringify((await unit.run(identity, source, { id }, language)).data);
    const written = await namesIn(GUEST);
    expect(written).toContain(`"name":"${DRINK.name}"`);
    expect(await namesIn(GUEST, 'id')).toBe(written);
    expect(await namesIn(BARISTA, 'en')).toBe(written);
    const english = await namesIn(GUEST, 'en');
    expect(english).toContain('"name":"Classic Milk Tea"');
    expect(english).toContain('"name":"Regular","group":{"name":"Size"}');

    // From before the copy had them, until the event says them; a newer event of the item goes before it.
    await unit.pool.query('UPDATE menu_item_copy SET english_names = NULL WHERE id = $1', [DRINK.id]);
    expect(await namesIn(GUEST, 'en')).toBe(written);
    const event = { aggregateId: DRINK.id, aggregateVersion: 1 };
    const carried = (name: string) =>
      unit.deliver('order.menu-copy', {
        ...{ type: 'menu-item.names-carried-forward', ...event },
        data: { menuItemId: DRINK.id, englishNames: { [DRINK.id]: name } },
      });
    await carried('Milk Tea');
    await eventually(async () => expect(await namesIn(GUEST, 'en')).toContain('"name":"Milk Tea"'));
    const { id: later } = await carried('Too Late');
    await eventually(async () => {
      const { rowCount } = await unit.pool.query('SELECT FROM inbox WHERE event_id = $1', [later]);
      expect(rowCount).toBe(1);
    });
    expect(await namesIn(GUEST, 'en')).toContain('"name":"Milk Tea"');
  });

  it('are visible to their guest and to the staff of their outlet, and NOT_FOUND for anyone else', async () => {
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

  it('are found by an id as it was pasted', async () => {
    const id = await unit.place(GUEST);
    for (const pasted of [` ${id}\n`, id.toUpperCase(), `{${id}}`]) {
      expect(await unit.run(GUEST, ORDER, { id: pasted })).toEqual({ data: { order: { id } } });
    }
    const lines = [{ menuItemId: ` ${DRINK.id.toUpperCase()} `, quantity: 1 }];
    await unit.place(GUEST, { outletId: `${OUTLET.id.toUpperCase()} `, lines });
  });

  it('are null as references for callers who may not see them', async () => {
    const id = await unit.place(GUEST);
    const references = [{ __typename: 'Order', id }];
    const query = REFERENCES('... on Order { id }');
    expect(await unit.run(BARISTA, query, { references })).toEqual({ data: { _entities: [{ id }] } });
    expect(await unit.run(STRANGER, query, { references })).toEqual({ data: { _entities: [null] } });
  });

  it('are read with one query for each kind of thing, whatever their number', async () => {
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

    it('are paged backwards too, from the end or from a cursor, and counted on request', async () => {
      const guest = person();
      const placed: string[] = [];
      for (let count = 0; count < 4; count += 1) placed.unshift(await unit.place(guest));
      const query = `query ($references: [_Any!]!, $first: Int, $after: String, $last: Int, $before: String) {
        _entities(representations: $references) { ... on Customer {
          orders(first: $first, after: $after, last: $last, before: $before) {
            totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } } } }`;
      const references = [{ __typename: 'Customer', id: guest.customerId }];
      const page = async (args: object) => {
        const { data } = await unit.run(guest, query, { references, ...args });
        const { _entities } = z
          .object({ _entities: z.tuple([z.object({ orders: connectionSchema })]) })
          .parse(JSON.parse(JSON.stringify(data)));
        const { edges, pageInfo, totalCount } = _entities[0].orders;
        expect(totalCount).toBe(4);
        return {
          ids: edges.map(({ node }) => node.id),
          cursors: edges.map(({ cursor }) => cursor),
          ...pageInfo,
        };
      };
      const whole = await page({ after: '' });
      expect(whole.ids).toEqual(placed);
      const end = await page({ last: 2, before: '' });
      expect(end).toMatchObject({ ids: placed.slice(2), hasPreviousPage: true, hasNextPage: false });
      const start = await page({ last: 2, before: end.cursors[0] });
      expect(start).toMatchObject({ ids: placed.slice(0, 2), hasPreviousPage: false, hasNextPage: true });
      const between = await page({ first: 2, after: whole.cursors[0], before: whole.cursors[2] });
      expect(between).toMatchObject({ ids: placed.slice(1, 2), hasPreviousPage: true, hasNextPage: true });
    });

    it('are counted within the filter, by a query of its own only when selected', async () => {
      const outletId = OUTLET.id;
      const list = (selection: string) => () =>
        unit.run(
          MANAGER,
          `query ($outletId: ID!) { orders(outletId: $outletId, status: PLACED) { ${selection} } }`,
          {
            outletId,
          },
        );
      const counts = (statements: readonly string[]) =>
        statements.filter((text) => text.includes('FROM count_orders_of_'));
      expect(counts(await statementsDuring(list('nodes { id }')))).toEqual([]);
      expect(counts(await statementsDuring(list('totalCount')))).toHaveLength(1);
      const { rows } = await unit.pool.query<{ count: number }>(
        `SELECT count(*)::int FROM orders WHERE outlet_id = $1 AND status = 'PLACED'`,
        [outletId],
      );
      expect(await list('totalCount')()).toEqual({ data: { orders: { totalCount: rows[0]?.count } } });
    });

    it('can be filtered by status', async () => {
      const id = await unit.place(GUEST);
      await unit.stockReserved(id);
      await unit.reaches(id, 'AWAITING_PAYMENT');
      const list = (status: string[]) =>
        unit
          .run(MANAGER, ORDERS, { outletId: OUTLET.id, status })
          .then((result) => JSON.stringify(result.data));
      expect(await list(['AWAITING_PAYMENT', 'PAID'])).toContain(id);
      expect(await list(['PAID'])).not.toContain(id);
    });

    it.each<[string, Identity, string, string]>([
      ['a guest', GUEST, OUTLET.id, 'FORBIDDEN'],
      ['an anonymous caller', { customerId: null, roles: [] }, OUTLET.id, 'UNAUTHENTICATED'],
      ["another outlet's manager", MANAGER_ELSEWHERE, OUTLET.id, 'NOT_FOUND'],
      ['head office, for an unknown outlet', HQ, UNKNOWN_ID, 'NOT_FOUND'],
      ['head office, for what is no id', HQ, 'x', 'NOT_FOUND'],
    ])('are refused to %s', async (_who, identity, outletId, code) => {
      const result = await unit.run(identity, ORDERS, { outletId });
      expect(result.data).toEqual({ orders: null });
      expect(codesOf(result)).toEqual([code]);
    });

    it.each([
      { first: 0 },
      { first: 101 },
      { first: -1 },
      { last: 0 },
      { last: 101 },
      { before: 'nonsense' },
      { after: 'nonsense' },
      { after: 'eA' },
    ])('are not paged by %o', async (page) => {
      expect(codesOf(await unit.run(HQ, ORDERS, { outletId: OUTLET.id, ...page }))).toEqual([
        'BAD_USER_INPUT',
      ]);
    });

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
      expect(statements.filter((text) => text.includes('FROM orders_of_'))).toHaveLength(2);
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

    it('by their guest, until preparation starts', async () => {
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
      const unsaid = { order: null, userErrors: [{ code: 'INVALID_STATE', field: ['drink'] }] };
      expect(await unit.run(MANAGER, CANCEL, { id: begun })).toEqual({ data: { cancelOrder: unsaid } });
    });

    it('by staff who may; FORBIDDEN for staff who may not, and NOT_FOUND for anyone else', async () => {
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

    it('with a reason of one line', async () => {
      const id = await unit.place(GUEST);
      expect(await unit.run(GUEST, CANCEL, { id, reason: 'x'.repeat(201) })).toEqual({
        data: { cancelOrder: { order: null, userErrors: [{ code: 'INVALID_INPUT', field: ['reason'] }] } },
      });
    });

    it('once, by many concurrent requests', async () => {
      const id = await unit.place(GUEST);
      const results = await Promise.all(Array.from({ length: 20 }, () => unit.run(GUEST, CANCEL, { id })));
      const done = results.filter((result) => JSON.stringify(result.data).includes('CANCELLED"'));
      expect(done).toHaveLength(1);
      expect(await unit.publishedTypes(id)).toEqual(['order.placed', 'order.cancelled']);
    });
  });

  it('are protected by constraints of the database', async () => {
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
