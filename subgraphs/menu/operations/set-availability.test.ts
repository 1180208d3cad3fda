import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import {
  BARISTA,
  BLOK_M,
  CUSTOMER,
  HQ,
  itemNamed,
  MENTENG,
  OWNER,
  publishedBy,
  SANUR,
  startTestMenu,
} from '../testing/harness.js';

let menu: TestSubgraph;
beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());
beforeEach(() => menu.pool.query('DELETE FROM outbox'));

const tea = itemNamed('Teh Susu Klasik');
const [, large] = tea.optionGroups[0]?.options ?? [];
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

const set = (identity: Identity, input: Record<string, unknown>) =>
  menu.run(
    identity,
    `mutation ($input: SetAvailabilityInput!) { setAvailability(input: $input) {
       menuItem { id price { amount } } option { id name } userErrors { code field } } }`,
    { input: { outletId: MENTENG, isAvailable: false, ...input } },
  );

test('a barista takes an item off until a moment, and puts it back', async () => {
  const { data } = await set(BARISTA, { menuItemId: tea.id, until: inAnHour });
  expect(data).toEqual({
    setAvailability: { menuItem: { id: tea.id, price: { amount: tea.price } }, option: null, userErrors: [] },
  });
  await set(BARISTA, { menuItemId: tea.id, isAvailable: true });
  const subject = { outletId: MENTENG, menuItemId: tea.id, subjectId: tea.id };
  expect(await publishedBy(menu)).toEqual([
    {
      ...{ type: 'hand-availability.changed', aggregateId: `${tea.id}:${MENTENG}`, aggregateVersion: 1 },
      data: { ...subject, isAvailable: false, until: inAnHour },
    },
    {
      ...{ type: 'hand-availability.changed', aggregateId: `${tea.id}:${MENTENG}`, aggregateVersion: 2 },
      data: { ...subject, isAvailable: true, until: null },
    },
  ]);
});

test('an option is taken off by its own id', async () => {
  const { data } = await set(OWNER, { outletId: BLOK_M, optionId: large?.id });
  expect(data).toMatchObject({
    setAvailability: { menuItem: { id: tea.id }, option: { id: large?.id, name: large?.name } },
  });
  expect(await publishedBy(menu)).toMatchObject([
    { data: { outletId: BLOK_M, menuItemId: tea.id, subjectId: large?.id, until: null } },
  ]);
});

test('what is off is listed to those who prepare orders there, until it is back', async () => {
  const other = itemNamed('Americano');
  await menu.pool.query('DELETE FROM hand_availability');
  await set(BARISTA, { menuItemId: tea.id, until: inAnHour });
  await set(BARISTA, { optionId: large?.id });
  await set(BARISTA, { menuItemId: other.id });
  await set(OWNER, { menuItemId: other.id, outletId: BLOK_M });
  const listed = (identity: Identity, page = '', outletId = MENTENG) =>
    menu.run(
      identity,
      `query ($outletId: ID!) { takenOff(outletId: $outletId ${page}) {
         nodes { menuItem { id } option { id } until } totalCount pageInfo { hasNextPage endCursor } } }`,
      { outletId },
    );
  const off = [
    { id: tea.id, menuItem: { id: tea.id }, option: null, until: inAnHour },
    { id: large?.id ?? '', menuItem: { id: tea.id }, option: { id: large?.id }, until: null },
    { id: other.id, menuItem: { id: other.id }, option: null, until: null },
  ].toSorted((one, two) => (one.id < two.id ? -1 : 1));
  const nodes = off.map(({ id: _id, ...shown }) => shown);
  expect(await listed(BARISTA)).toMatchObject({ data: { takenOff: { nodes, totalCount: 3 } } });
  const first = await listed(BARISTA, ', first: 2');
  expect(first).toMatchObject({ data: { takenOff: { nodes: nodes.slice(0, 2) } } });
  const after = textAt(first, 'takenOff', 'pageInfo', 'endCursor');
  expect(await listed(BARISTA, `, first: 2, after: "${after}"`)).toMatchObject({
    data: { takenOff: { nodes: nodes.slice(2), pageInfo: { hasNextPage: false } } },
  });
  await set(BARISTA, { optionId: large?.id, isAvailable: true });
  await menu.pool.query(`UPDATE hand_availability SET until = now() WHERE subject_id = $1`, [tea.id]);
  expect(await listed(BARISTA)).toMatchObject({
    data: { takenOff: { nodes: [{ menuItem: { id: other.id } }], totalCount: 1 } },
  });
  expect(codesOf(await listed(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
  expect(codesOf(await listed(CUSTOMER))).toEqual(['FORBIDDEN']);
  for (const outletId of [SANUR, newId()])
    expect(codesOf(await listed(BARISTA, '', outletId))).toEqual(['NOT_FOUND']);
});

test('only those who prepare orders at the outlet may', async () => {
  const denied = async (identity: Identity, input: Record<string, unknown> = {}) =>
    codesOf(await set(identity, { menuItemId: tea.id, ...input }));
  expect(await denied(ANONYMOUS)).toEqual(['UNAUTHENTICATED']);
  expect(await denied(CUSTOMER)).toEqual(['FORBIDDEN']);
  expect(await denied(BARISTA, { outletId: SANUR })).toEqual(['FORBIDDEN']);
  expect(await denied(HQ, { outletId: newId() })).toEqual(['NOT_FOUND']);
  expect(await denied(HQ, { menuItemId: newId() })).toEqual(['NOT_FOUND']);
  expect(await denied(HQ, { menuItemId: null, optionId: 'no-id' })).toEqual(['NOT_FOUND']);
  expect(await publishedBy(menu)).toEqual([]);
});

test.each([
  ['names neither an item nor an option', {}, 'menuItemId'],
  ['names both', { menuItemId: tea.id, optionId: large?.id }, 'menuItemId'],
  ['names a moment that is over', { menuItemId: tea.id, until: '2026-01-01T00:00:00Z' }, 'until'],
  ['names a moment years ahead', { menuItemId: tea.id, until: '2099-01-01T00:00:00Z' }, 'until'],
  ['puts back until a moment', { menuItemId: tea.id, isAvailable: true, until: inAnHour }, 'until'],
])('is refused where it %s', async (_what, input, field) => {
  const { data } = await set(BARISTA, input);
  expect(data).toMatchObject({
    setAvailability: { userErrors: [{ code: 'INVALID_INPUT', field: [field] }] },
  });
});
