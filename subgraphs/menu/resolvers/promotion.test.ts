import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, statementsDuring, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import {
  BARISTA,
  BLOK_M,
  CUSTOMER,
  HQ,
  itemNamed,
  MANAGER,
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
beforeEach(() => menu.pool.query('TRUNCATE promotion CASCADE; DELETE FROM outbox'));

const tea = itemNamed('Teh Susu Klasik').id;
const [anHourAgo, tomorrow] = [-1, 24].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());

const FIELDS = `promotion { id name percent amountOff { amount } menuItems { id } outlets { id } startsAt endsAt endedAt quantity }
  userErrors { code field message }`;

function create(identity: Identity, changes: Record<string, unknown> = {}) {
  const input = { name: 'Hari Teh', percent: 20, menuItemIds: [tea], endsAt: tomorrow, ...changes };
  return menu.run(
    identity,
    `mutation ($input: CreatePromotionInput!) { createPromotion(input: $input) { ${FIELDS} } }`,
    { input },
  );
}

async function created(identity: Identity, changes: Record<string, unknown> = {}): Promise<string> {
  return textAt(await create(identity, changes), 'createPromotion', 'promotion', 'id');
}

function end(identity: Identity, promotionId: string) {
  return menu.run(identity, `mutation ($id: ID!) { endPromotion(promotionId: $id) { ${FIELDS} } }`, {
    id: promotionId,
  });
}

async function runningAt(outletId: string | undefined): Promise<unknown> {
  const result = await menu.run(
    ANONYMOUS,
    `query ($item: ID!, $outlet: ID!) { menuItem(id: $item) { promotions(outletId: $outlet) { id } }
       promotions(outletId: $outlet) { nodes { id } } }`,
    { item: tea, outlet: outletId },
  );
  return result.data;
}

function both(...ids: string[]) {
  const nodes = ids.map((id) => ({ id }));
  return { menuItem: { promotions: nodes }, promotions: { nodes } };
}

const published = () => publishedBy(menu);

describe('the promotions of an outlet', () => {
  const listed = (identity: Identity, state: string, outletId: string | undefined = MENTENG) =>
    menu.run(
      identity,
      'query ($outlet: ID!, $state: PromotionState!) { promotions(outletId: $outlet, state: $state) { nodes { id state } } }',
      { outlet: outletId, state },
    );

  test('are listed by what they do at this moment', async () => {
    const running = await created(HQ);
    const planned = await created(MANAGER, {
      ...{
        outletIds: [MENTENG],
        startsAt: tomorrow,
        endsAt: new Date(Date.now() + 48 * 3_600_000).toISOString(),
      },
    });
    const ended = await created(HQ);
    await end(HQ, ended);
    for (const [state, id] of Object.entries({ RUNNING: running, PLANNED: planned, ENDED: ended }))
      expect((await listed(MANAGER, state)).data).toEqual({ promotions: { nodes: [{ id, state }] } });
  });

  test('are shown to those who may run them there, and those that run to everybody', async () => {
    expect(codesOf(await listed(ANONYMOUS, 'RUNNING'))).toEqual([]);
    expect(codesOf(await listed(ANONYMOUS, 'PLANNED'))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await listed(CUSTOMER, 'ENDED'))).toEqual(['FORBIDDEN']);
    expect(codesOf(await listed(BARISTA, 'ENDED'))).toEqual(['FORBIDDEN']);
    expect(codesOf(await listed(MANAGER, 'ENDED', SANUR))).toEqual(['NOT_FOUND']);
  });
});

test('an amount takes off no more than a percentage may, by the lowest price that its items have at its outlets', async () => {
  const { price } = itemNamed('Teh Susu Klasik');
  const most = Math.floor(price * 0.9);
  const amount = (amountOff: number, outletIds: readonly (string | undefined)[]) =>
    create(HQ, { percent: null, amountOff, outletIds });
  const fault = { createPromotion: { userErrors: [{ code: 'INVALID_INPUT', field: ['amountOff'] }] } };
  expect((await amount(most, [MENTENG])).data).toMatchObject({ createPromotion: { userErrors: [] } });
  expect((await amount(most + 1, [MENTENG])).data).toMatchObject(fault);
  expect((await amount(most, [])).data).toMatchObject(fault);
});

describe('running a promotion', () => {
  test('shows it at its outlets and publishes its whole state', async () => {
    const result = await create(HQ, { outletIds: [MENTENG], startsAt: anHourAgo, quantity: 100 });
    const id = textAt(result, 'createPromotion', 'promotion', 'id');
    expect(result.data).toEqual({
      createPromotion: {
        promotion: {
          ...{ id, name: 'Hari Teh', percent: 20, amountOff: null, quantity: 100, endedAt: null },
          ...{ menuItems: [{ id: tea }], outlets: [{ id: MENTENG }] },
          ...{ startsAt: anHourAgo, endsAt: tomorrow },
        },
        userErrors: [],
      },
    });
    expect(await runningAt(MENTENG)).toEqual(both(id));
    expect(await runningAt(BLOK_M)).toEqual(both());
    expect(await published()).toEqual([
      {
        ...{ type: 'promotion.changed', aggregateId: id, aggregateVersion: 1 },
        data: {
          ...{ promotionId: id, name: 'Hari Teh', percent: 20, amountOff: null, quantity: 100 },
          ...{
            menuItemIds: [tea],
            outletIds: [MENTENG],
            startsAt: anHourAgo,
            endsAt: tomorrow,
            endedAt: null,
          },
        },
      },
    ]);
  });

  test('without outlets runs at every one, and without a start at once', async () => {
    const id = await created(HQ, { percent: null, amountOff: 5_000 });
    expect(await runningAt(MENTENG)).toEqual(both(id));
    expect(await runningAt(SANUR)).toEqual(both(id));
  });

  test('is seen only between its start and its end', async () => {
    const id = await created(HQ, { startsAt: tomorrow, endsAt: new Date(Date.now() + 48 * 3_600_000) });
    expect(await runningAt(MENTENG)).toEqual(both());
    await menu.pool.query(
      "UPDATE promotion SET starts_at = now() - interval '1 hour', ends_at = now() WHERE id = $1",
      [id],
    );
    expect(await runningAt(MENTENG)).toEqual(both());
  });

  test('costs a list of items one query', async () => {
    await created(HQ);
    const statements = await statementsDuring(() =>
      menu.run(
        ANONYMOUS,
        'query ($outlet: ID!) { menu(outletId: $outlet) { nodes { promotions(outletId: $outlet) { name } } } }',
        {
          outlet: MENTENG,
        },
      ),
    );
    expect(statements.filter((text) => /FROM "public"."promotion" /.test(text))).toHaveLength(1);
  });

  test.each([
    ['no saving', { percent: null }, 'INVALID_INPUT', ['percent']],
    ['two savings', { amountOff: 1_000 }, 'INVALID_INPUT', ['percent']],
    ['0 per cent', { percent: 0 }, 'INVALID_INPUT', ['percent']],
    ['91 per cent', { percent: 91 }, 'INVALID_INPUT', ['percent']],
    ['a negative amount', { percent: null, amountOff: -1 }, 'INVALID_INPUT', ['amountOff']],
    [
      'an amount beyond all bounds',
      { percent: null, amountOff: 9_007_199_254_740_991 },
      'INVALID_INPUT',
      ['amountOff'],
    ],
    ['no items', { menuItemIds: [] }, 'INVALID_INPUT', ['menuItemIds']],
    ['an item twice', { menuItemIds: [tea, tea] }, 'INVALID_INPUT', ['menuItemIds', '1']],
    ['an unknown item', { menuItemIds: [tea, newId()] }, 'NOT_FOUND', ['menuItemIds', '1']],
    ['an item that is no id', { menuItemIds: ['tea'] }, 'NOT_FOUND', ['menuItemIds', '0']],
    ['an unknown outlet', { outletIds: [newId()] }, 'NOT_FOUND', ['outletIds', '0']],
    ['an end before its start', { startsAt: tomorrow, endsAt: anHourAgo }, 'INVALID_INPUT', ['endsAt']],
    [
      'an end that is past',
      { startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-01-02T00:00:00Z' },
      'INVALID_INPUT',
      ['endsAt'],
    ],
    ['no units', { quantity: 0 }, 'INVALID_INPUT', ['quantity']],
    ['a blank name', { name: ' ' }, 'INVALID_INPUT', ['name']],
  ])('with %s is refused, and nothing is written', async (_what, changes, code, field) => {
    expect((await create(HQ, changes)).data).toEqual({
      createPromotion: { promotion: null, userErrors: [{ code, field, message: expect.any(String) }] },
    });
    expect(await published()).toEqual([]);
  });

  test.each([{ percent: 0.5 }, { percent: null, amountOff: 0.5 }, { quantity: 0.5 }, { quantity: 2 ** 31 }])(
    'does not accept %o',
    async (changes) => {
      expect(codesOf(await create(HQ, changes))).toEqual(['BAD_USER_INPUT']);
      expect(await published()).toEqual([]);
    },
  );

  test('is for head office everywhere, and for managers and owners at their outlets', async () => {
    expect(codesOf(await create(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    for (const identity of [CUSTOMER, BARISTA])
      expect(codesOf(await create(identity))).toEqual(['FORBIDDEN']);
    for (const identity of [MANAGER, OWNER]) {
      for (const changes of [{}, { name: '' }])
        expect(codesOf(await create(identity, changes))).toEqual(['FORBIDDEN']);
      const elsewhere = await create(identity, { outletIds: [MENTENG, SANUR] });
      expect(elsewhere.data).toMatchObject({
        createPromotion: { userErrors: [{ code: 'NOT_FOUND', field: ['outletIds', '1'] }] },
      });
    }
    await created(MANAGER, { outletIds: [MENTENG] });
    await created(OWNER, { outletIds: [MENTENG, BLOK_M] });
  });

  test.each([
    ['percent', 'UPDATE promotion SET percent = 91'],
    ['amount_off', 'UPDATE promotion SET percent = NULL, amount_off = 0'],
    ['saving', 'UPDATE promotion SET amount_off = 1'],
    ['window', 'UPDATE promotion SET ends_at = starts_at'],
    ['quantity', 'UPDATE promotion SET quantity = 0'],
  ])('is held to its %s by the database, too', async (rule, change) => {
    await created(HQ);
    await expect(menu.pool.query(change)).rejects.toMatchObject({ constraint: `promotion_${rule}` });
  });
});

describe('ending a promotion', () => {
  test('hides it, publishes that, and changes nothing the second time', async () => {
    const id = await created(HQ);
    const first = await end(HQ, id);
    expect(textAt(first, 'endPromotion', 'promotion', 'id')).toBe(id);
    expect(await end(HQ, id)).toEqual(first);
    expect(await runningAt(MENTENG)).toEqual(both());
    expect(await published()).toMatchObject([
      { aggregateVersion: 1, data: { endedAt: null } },
      { aggregateVersion: 2, data: { promotionId: id, endedAt: expect.any(String) } },
    ]);
  });

  test('needs the permission at all its outlets; to other callers it does not exist', async () => {
    const [everywhere, here] = [await created(HQ), await created(HQ, { outletIds: [MENTENG] })];
    const wide = await created(HQ, { outletIds: [MENTENG, SANUR] });
    for (const id of [everywhere, wide, newId(), 'nonsense']) {
      expect(codesOf(await end(MANAGER, id))).toEqual(['NOT_FOUND']);
    }
    expect(codesOf(await end(CUSTOMER, here))).toEqual(['FORBIDDEN']);
    expect((await end(MANAGER, here)).data).toMatchObject({ endPromotion: { userErrors: [] } });
  });
});
