import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph } from '../../../tests/support/subgraph.js';
import {
  BARISTA,
  BLOK_M,
  CUSTOMER,
  HQ,
  JAKARTA_RAYA,
  MANAGER,
  MENTENG,
  OWNER,
  PRIANGAN,
  publishedBy,
  SANUR,
  startTestMenu,
} from '../testing/harness.js';

let menu: TestSubgraph;
beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());

const SET = `mutation ($input: SetSettingInput!) { setSetting(input: $input) {
  setting { key value fromLevel isLocked } userErrors { code field } } }`;

const set = (identity: Identity, input: object) => menu.run(identity, SET, { input });
const atChain = { level: 'CHAIN' };
const atFranchise = { level: 'FRANCHISE', id: JAKARTA_RAYA };
const atOutlet = { level: 'OUTLET', id: MENTENG };

async function holds(key: string, outletId = MENTENG) {
  const { data } = await menu.run(
    HQ,
    'query ($id: ID!) { outlet(id: $id) { settings { key value fromLevel isLocked } } }',
    { id: outletId },
  );
  const { outlet } = data as { outlet: { settings: { key: string }[] } };
  return outlet.settings.find((setting) => setting.key === key);
}

test('the minutes after which a kitchen’s tickets are slow and late are the outlet’s, for its barista as well', async () => {
  const paceOf = async (id: string | undefined) => {
    const query = 'query ($id: ID!) { outlet(id: $id) { kitchenPace { slowMinutes lateMinutes } } }';
    return (await menu.run(BARISTA, query, { id })).data;
  };
  await set(MANAGER, { ...atOutlet, key: 'ticketSlowMinutes', value: 3 });
  await set(OWNER, { ...atFranchise, key: 'ticketLateMinutes', value: 8 });
  expect(await paceOf(MENTENG)).toEqual({ outlet: { kitchenPace: { slowMinutes: 3, lateMinutes: 8 } } });
  expect(await paceOf(SANUR)).toEqual({ outlet: { kitchenPace: { slowMinutes: 5, lateMinutes: 10 } } });
});

describe('a setting', () => {
  const key = 'maximumOrderUnits';

  test('is inherited from head office over the franchise to the outlet, and says where it is from', async () => {
    expect(await holds(key)).toEqual({ key, value: 4950, fromLevel: 'CHAIN', isLocked: false });
    await set(HQ, { ...atChain, key, value: 100 });
    expect(await holds(key)).toEqual({ key, value: 100, fromLevel: 'CHAIN', isLocked: false });
    await set(OWNER, { ...atFranchise, key, value: 80 });
    expect(await holds(key)).toEqual({ key, value: 80, fromLevel: 'FRANCHISE', isLocked: false });
    expect(await holds(key, SANUR)).toMatchObject({ value: 100, fromLevel: 'CHAIN' });
    const { data } = await set(MANAGER, { ...atOutlet, key, value: 60 });
    const setting = { key, value: 60, fromLevel: 'OUTLET', isLocked: false };
    expect(data).toEqual({ setSetting: { setting, userErrors: [] } });
    expect(await holds(key)).toEqual(setting);
    expect(await holds(key, BLOK_M)).toMatchObject({ value: 80, fromLevel: 'FRANCHISE' });
  });

  test('is inherited again when its value is taken away', async () => {
    await set(MANAGER, { ...atOutlet, key, value: null });
    expect(await holds(key)).toMatchObject({ value: 80, fromLevel: 'FRANCHISE' });
  });

  test('that a level has locked holds below, and is not set there', async () => {
    await set(MANAGER, { ...atOutlet, key, value: 60 });
    await set(HQ, { ...atChain, key, value: 50, isLocked: true });
    expect(await holds(key)).toEqual({ key, value: 50, fromLevel: 'CHAIN', isLocked: true });
    for (const place of [atFranchise, atOutlet]) {
      expect((await set(OWNER, { ...place, key, value: 70 })).data).toEqual({
        setSetting: { setting: null, userErrors: [{ code: 'INVALID_STATE', field: ['key'] }] },
      });
    }
    await set(HQ, { ...atChain, key, value: 50, isLocked: false });
    expect(await holds(key)).toMatchObject({ value: 60, fromLevel: 'OUTLET' });
  });

  test('is published with all that its place has set, and nothing is where nothing changes', async () => {
    const input = { level: 'OUTLET', id: BLOK_M, key, value: 7 };
    await set(OWNER, input);
    await set(OWNER, input);
    await set(OWNER, { ...input, key: 'paymentMethods', value: ['QRIS', 'CASH', 'CASH'] });
    const states = (await publishedBy(menu)).filter(({ aggregateId }) => aggregateId === BLOK_M);
    const units = { value: 7, isLocked: false };
    const place = { level: 'OUTLET', placeId: BLOK_M };
    expect(states.map(({ aggregateVersion, data }) => [aggregateVersion, data])).toEqual([
      [1, { ...place, settings: { maximumOrderUnits: units } }],
      [
        2,
        {
          ...place,
          settings: {
            maximumOrderUnits: units,
            paymentMethods: { value: ['CASH', 'QRIS'], isLocked: false },
          },
        },
      ],
    ]);
  });

  test.each([
    ['key', { key: 'colour', value: 1 }],
    ['value', { key, value: 0 }],
    ['value', { key, value: 4951 }],
    ['value', { key, value: 1.5 }],
    ['value', { key, value: 'many' }],
    ['value', { key: 'paymentMethods', value: [] }],
    ['value', { key: 'paymentMethods', value: ['COWRIES'] }],
  ])('with a wrong %s is refused: %j', async (field, input) => {
    expect((await set(OWNER, { ...atOutlet, ...input })).data).toEqual({
      setSetting: { setting: null, userErrors: [{ code: 'INVALID_INPUT', field: [field] }] },
    });
  });

  test('is set by the roles that may, each at their own places', async () => {
    const wrong = { key: 'maximumUnpaidOrders', value: 5 };
    for (const [identity, place] of [
      [CUSTOMER, atOutlet],
      [BARISTA, atOutlet],
      [MANAGER, { level: 'OUTLET', id: BLOK_M }],
      [MANAGER, atFranchise],
      [MANAGER, atOutlet],
      [OWNER, { level: 'FRANCHISE', id: PRIANGAN }],
      [OWNER, { level: 'OUTLET', id: SANUR }],
      [OWNER, atChain],
    ] as const) {
      expect(codesOf(await set(identity, { ...place, ...wrong }))).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await set(ANONYMOUS, { ...atOutlet, ...wrong }))).toEqual(['UNAUTHENTICATED']);
    for (const level of ['FRANCHISE', 'OUTLET'])
      expect(codesOf(await set(HQ, { level, id: newId(), ...wrong }))).toEqual(['NOT_FOUND']);
    expect((await set(OWNER, { ...atOutlet, ...wrong })).data).toMatchObject({
      setSetting: { userErrors: [] },
    });
  });

  test('is read by those who run the place', async () => {
    const ofOutlet = (identity: Identity, id = MENTENG) =>
      menu.run(identity, 'query ($id: ID!) { outlet(id: $id) { settings { key } } }', { id });
    for (const identity of [MANAGER, OWNER, HQ]) expect(codesOf(await ofOutlet(identity))).toEqual([]);
    for (const identity of [CUSTOMER, BARISTA])
      expect(codesOf(await ofOutlet(identity))).toEqual(['FORBIDDEN']);
    expect(codesOf(await ofOutlet(MANAGER, BLOK_M))).toEqual(['NOT_FOUND']);
    const ofChain = (identity: Identity) => menu.run(identity, '{ chainSettings { key value } }');
    expect(codesOf(await ofChain(HQ))).toEqual([]);
    expect(codesOf(await ofChain(OWNER))).toEqual(['FORBIDDEN']);
  });
});

describe('an outlet made from another', () => {
  const CREATE = `mutation ($input: CreateOutletInput!) { createOutlet(input: $input) {
    outlet { id status timeZone openingHours { weekday opensAt closesAt } settings { key value fromLevel } }
    userErrors { code field } } }`;

  test('takes its hours, settings, prices and offers, and says so to those who copy it', async () => {
    const [weekday, opensAt, closesAt] = ['MONDAY', '08:00', '22:00'];
    const hours = { outletId: MENTENG, openingHours: [{ weekday, opensAt, closesAt }] };
    await menu.run(
      OWNER,
      'mutation ($input: UpdateOutletInput!) { updateOutlet(input: $input) { userErrors { code } } }',
      {
        input: hours,
      },
    );
    await set(OWNER, { ...atOutlet, key: 'pickupAheadMinutes', value: 30 });
    const { rows } = await menu.pool.query<{ id: string }>('SELECT id FROM menu_item ORDER BY id LIMIT 2');
    await menu.pool.query(
      `INSERT INTO outlet_price (menu_item_id, outlet_id, franchise_id, price, is_offered, version)
       SELECT id, $1, $2, 12345, false, 7 FROM menu_item WHERE id = ANY ($3::uuid[])
       ON CONFLICT (menu_item_id, outlet_id) DO UPDATE SET price = 12345, is_offered = false`,
      [MENTENG, JAKARTA_RAYA, rows.map(({ id }) => id)],
    );
    const input = { franchiseId: JAKARTA_RAYA, name: `Kedai ${newId()}`, copyOf: MENTENG };
    const result = await menu.run(OWNER, CREATE, { input });
    expect(result.data).toMatchObject({
      createOutlet: { outlet: { status: 'DRAFT', openingHours: hours.openingHours }, userErrors: [] },
    });
    const { createOutlet } = result.data as {
      createOutlet: { outlet: { id: string; settings: { key: string }[] } };
    };
    const { id, settings } = createOutlet.outlet;
    expect(settings.find(({ key }) => key === 'pickupAheadMinutes')).toMatchObject({
      value: 30,
      fromLevel: 'OUTLET',
    });
    const published = await publishedBy(menu);
    expect(published.find(({ aggregateId }) => aggregateId === id)?.data).toMatchObject({ copyOf: MENTENG });
    for (const item of rows) {
      expect(published.find(({ aggregateId }) => aggregateId === `${item.id}:${id}`)).toMatchObject({
        aggregateVersion: 1,
        data: { outletId: id, price: 12345, isOffered: false },
      });
    }
  });

  test('is made of outlets of the caller’s alone', async () => {
    const input = { franchiseId: JAKARTA_RAYA, name: `Kedai ${newId()}` };
    expect(codesOf(await menu.run(OWNER, CREATE, { input: { ...input, copyOf: SANUR } }))).toEqual([
      'FORBIDDEN',
    ]);
    expect(codesOf(await menu.run(OWNER, CREATE, { input: { ...input, copyOf: newId() } }))).toEqual([
      'NOT_FOUND',
    ]);
  });
});
