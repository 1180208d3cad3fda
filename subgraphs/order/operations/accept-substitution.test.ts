import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  BARISTA,
  DRINK,
  GUEST,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  PLACE,
  STRANGER,
  startHarness,
} from '../testing/harness.js';

const ACCEPT = `mutation ($id: ID!, $menuItemId: ID!) {
  acceptSubstitution(orderId: $id, menuItemId: $menuItemId) { order { substitution { status } total { amount } } userErrors { code field } } }`;
const READ = `query ($id: ID!) { order(id: $id) {
  status substitution { status name menuItem { id } lines { name } } lines { name menuItem { id } substitute { id } } } }`;
const START = 'mutation ($id: ID!) { startPreparing(orderId: $id) { order { status } userErrors { code } } }';

const [ingredient] = DRINK.recipe;
/** Drinks of all the year; neither takes what the first recipe line of `DRINK` does. */
const [substitute, unaffected] = CATALOGUE.menuItems.filter(
  ({ isLimited, season, recipe }) =>
    !isLimited &&
    season === null &&
    recipe.every(({ ingredientId }) => ingredientId !== ingredient?.ingredientId),
);
if (!ingredient || !substitute || !unaffected) throw new Error('The demo chain has several drinks.');
const { ingredientId } = ingredient;
const SUBSTITUTE = substitute;
const UNAFFECTED = unaffected;

/** What a serving takes, with its default options. */
function servingOf({ recipe, optionGroups }: typeof SUBSTITUTE): Map<string, number> {
  const defaults = optionGroups.flatMap(({ options }) => options.filter(({ isDefault }) => isDefault));
  const sums = new Map<string, number>();
  for (const { ingredientId: id, quantity } of [...recipe, ...defaults.flatMap((option) => option.recipe)])
    sums.set(id, (sums.get(id) ?? 0) + quantity);
  return sums;
}

describe('a substitute for what ran out', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  const offer = (orderId: string, menuItemId = SUBSTITUTE.id, taken = ingredientId) =>
    unit.deliver('order.substitutions', {
      type: 'stock.substitution-proposed',
      aggregateId: orderId,
      aggregateVersion: 1,
      data: { orderId, outletId: OUTLET.id, ingredientId: taken, menuItemId },
    });
  const decide = (orderId: string, isReserved: boolean) =>
    unit.deliver('order.substitutions', {
      type: 'stock.substitution-decided',
      aggregateId: orderId,
      aggregateVersion: 5,
      data: { orderId, outletId: OUTLET.id, isReserved },
    });
  const read = async (orderId: string, identity: Identity = GUEST) =>
    Object((await unit.run(identity, READ, { id: orderId })).data).order;
  const statusIs = (orderId: string, status: string | null) =>
    eventually(async () => expect((await read(orderId)).substitution?.status ?? null).toBe(status));
  const accept = (orderId: string, identity: Identity = GUEST, menuItemId = SUBSTITUTE.id) =>
    unit.run(identity, ACCEPT, { id: orderId, menuItemId });
  const changes = async (orderId: string) => {
    const { rows } = await unit.pool.query<{
      data: { status: string; requirements?: object[]; released?: object[] };
    }>(
      `SELECT data FROM outbox WHERE aggregate_id = $1 AND type = 'order.substitution-changed' ORDER BY aggregate_version`,
      [orderId],
    );
    return rows.map(({ data }) => data);
  };
  const offered = async (input?: object) => {
    const { orderId } = await unit.paid(GUEST, input);
    await offer(orderId);
    await statusIs(orderId, 'OFFERED');
    return orderId;
  };
  const refused = (result: Awaited<ReturnType<typeof accept>>) =>
    expect(result.data).toEqual({
      acceptSubstitution: { order: null, userErrors: [{ code: 'INVALID_STATE', field: ['menuItemId'] }] },
    });

  it('is offered for the lines that take the ingredient, and made of them once stock has reserved it', async () => {
    const lines = [
      { menuItemId: DRINK.id, quantity: 2 },
      { menuItemId: UNAFFECTED.id, quantity: 1 },
    ];
    const orderId = await offered({ lines });
    expect(await read(orderId)).toMatchObject({
      substitution: {
        name: SUBSTITUTE.name,
        menuItem: { id: SUBSTITUTE.id },
        lines: [{ name: DRINK.name }],
      },
      lines: [{ substitute: null }, { substitute: null }],
    });
    const { data } = await accept(orderId);
    expect(data).toMatchObject({
      acceptSubstitution: {
        order: {
          substitution: { status: 'ACCEPTED' },
          total: { amount: DRINK.price * 2 + UNAFFECTED.price },
        },
        userErrors: [],
      },
    });
    const [, accepted] = await changes(orderId);
    for (const [lines, item] of [
      [accepted?.requirements, SUBSTITUTE],
      [accepted?.released, DRINK],
    ] as const) {
      const needs = servingOf(item);
      expect(lines).toHaveLength(needs.size);
      expect(lines).toEqual(
        expect.arrayContaining(
          [...needs].map(([id, quantity]) => ({ ingredientId: id, quantity: 2 * quantity })),
        ),
      );
    }

    // The kitchen waits for stock's answer.
    expect((await unit.run(BARISTA, START, { id: orderId })).data).toEqual({
      startPreparing: { order: null, userErrors: [{ code: 'INVALID_STATE' }] },
    });
    await decide(orderId, true);
    await statusIs(orderId, 'TAKEN');
    expect(await read(orderId)).toMatchObject({
      status: 'PAID',
      lines: [
        { name: DRINK.name, menuItem: { id: DRINK.id }, substitute: { id: SUBSTITUTE.id } },
        { name: UNAFFECTED.name, substitute: null },
      ],
    });
    expect((await changes(orderId)).map(({ status }) => status)).toEqual(['OFFERED', 'ACCEPTED', 'TAKEN']);
    expect((await unit.run(BARISTA, START, { id: orderId })).data).toMatchObject({
      startPreparing: { order: { status: 'PREPARING' } },
    });
  });

  it('that has run out, too, leaves the order as it was, for another offer', async () => {
    const orderId = await offered();
    await accept(orderId);
    await decide(orderId, false);
    await statusIs(orderId, 'FAILED');
    expect((await read(orderId)).lines).toMatchObject([{ substitute: null }]);
    refused(await accept(orderId));
    await offer(orderId, UNAFFECTED.id);
    await eventually(async () =>
      expect((await read(orderId)).substitution).toMatchObject({ status: 'OFFERED', name: UNAFFECTED.name }),
    );
  });

  it('is accepted by its guest and by those who may cancel the order, once', async () => {
    const orderId = await offered();
    expect(codesOf(await accept(orderId, ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await accept(orderId, BARISTA))).toEqual(['FORBIDDEN']);
    for (const stranger of [STRANGER, MANAGER_ELSEWHERE])
      expect(codesOf(await accept(orderId, stranger))).toEqual(['NOT_FOUND']);
    expect(codesOf(await accept(newId('Order')))).toEqual(['NOT_FOUND']);
    // What was offered before, or nobody offers, is not taken for what is.
    refused(await accept(orderId, GUEST, UNAFFECTED.id));
    // A second time, as after an answer that was lost, it is as it is.
    for (const one of [MANAGER, GUEST])
      expect((await accept(orderId, one)).data).toMatchObject({ acceptSubstitution: { userErrors: [] } });
    expect(await changes(orderId)).toHaveLength(2);
    const { rows } = await unit.pool.query<{ action: string }>(
      `SELECT data ->> 'action' AS action FROM outbox WHERE type = 'change.recorded' AND data -> 'entity' ->> 'id' = $1`,
      [orderId],
    );
    expect(rows).toEqual([{ action: 'acceptSubstitution' }]);
  });

  it.each([
    ['that the menu does not have', newId(), ingredientId],
    ['for an ingredient that no line takes', SUBSTITUTE.id, newId()],
  ])('%s is not offered', async (_why, menuItemId, taken) => {
    const { orderId } = await unit.paid(GUEST);
    await offer(orderId, menuItemId, taken);
    // A second event of the same order is applied after it.
    await offer(orderId);
    await statusIs(orderId, 'OFFERED');
    expect(await changes(orderId)).toHaveLength(1);
  });

  it('that staff take off meanwhile is not taken', async () => {
    const orderId = await offered();
    const said = (isAvailable: boolean, aggregateVersion: number) =>
      unit.deliver('order.menu-copy', {
        ...{
          type: 'hand-availability.changed',
          aggregateId: `${OUTLET.id}:${SUBSTITUTE.id}`,
          aggregateVersion,
        },
        data: {
          ...{ outletId: OUTLET.id, menuItemId: SUBSTITUTE.id, subjectId: SUBSTITUTE.id },
          ...{ isAvailable, until: null },
        },
      });
    await said(false, 1);
    // Until the copy of the menu has it.
    await eventually(async () => {
      const lines = [{ menuItemId: SUBSTITUTE.id, quantity: 1 }];
      const input = { outletId: OUTLET.id, lines, idempotencyKey: newId() };
      expect((await unit.run(GUEST, PLACE, { input })).data).toMatchObject({ placeOrder: { order: null } });
    });
    refused(await accept(orderId));
    await said(true, 2);
    await eventually(async () =>
      expect((await accept(orderId)).data).toMatchObject({ acceptSubstitution: { userErrors: [] } }),
    );
  });

  it('is over once the order is cancelled or begun, whatever stock answers then', async () => {
    const [cancelled, begun] = [await offered(), await offered()];
    await accept(cancelled);
    await unit.run(GUEST, 'mutation ($id: ID!) { cancelOrder(orderId: $id) { order { id } } }', {
      id: cancelled,
    });
    const { id } = await decide(cancelled, true);
    await eventually(async () => {
      const { rowCount } = await unit.pool.query('SELECT FROM inbox WHERE event_id = $1', [id]);
      expect(rowCount).toBe(1);
    });
    await unit.run(BARISTA, START, { id: begun });
    for (const orderId of [cancelled, begun]) {
      await statusIs(orderId, null);
      refused(await accept(orderId));
    }
    expect((await changes(cancelled)).map(({ status }) => status)).toEqual(['OFFERED', 'ACCEPTED']);
  });

  it('is made again of it where the kitchen makes the line a second time', async () => {
    const orderId = await offered();
    await accept(orderId);
    await decide(orderId, true);
    await statusIs(orderId, 'TAKEN');
    await unit.run(BARISTA, START, { id: orderId });
    const input = { orderId, lineIds: [`${orderId}.0`], reason: 'Tumpah' };
    const remake = `mutation ($input: RemakeLinesInput!) { remakeLines(input: $input) { userErrors { code } } }`;
    expect((await unit.run(BARISTA, remake, { input })).data).toEqual({ remakeLines: { userErrors: [] } });
    const { rows } = await unit.pool.query<{ data: { requirements: object[] } }>(
      `SELECT data FROM outbox WHERE aggregate_id = $1 AND type = 'order.lines-remade'`,
      [orderId],
    );
    expect(rows[0]?.data.requirements).toHaveLength(servingOf(SUBSTITUTE).size);
    expect(rows[0]?.data.requirements).toEqual(
      expect.arrayContaining(
        [...servingOf(SUBSTITUTE)].map(([id, quantity]) => ({ ingredientId: id, quantity })),
      ),
    );
  });
});
