import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import {
  BARISTA,
  BLOK_M,
  CUSTOMER,
  HQ,
  JAKARTA_RAYA,
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

const SELECTION = `outlet { id name city address status pausedUntil isOpenNow nextOpensAt
  openingHours { weekday opensAt closesAt } openingExceptions { date openings { opensAt closesAt } } }
  userErrors { code field }`;

/** Runs a mutation that takes an input or an outlet's id. */
function change(identity: Identity, mutation: string, variables: Record<string, unknown>) {
  const types: Record<string, string> = { outletId: 'ID!', until: 'DateTime' };
  const input = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const names = Object.keys(variables);
  const declared = names.map((name) => `$${name}: ${types[name] ?? input}`).join(', ');
  const given = names.map((name) => `${name}: $${name}`).join(', ');
  return menu.run(identity, `mutation (${declared}) { ${mutation}(${given}) { ${SELECTION} } }`, variables);
}

const PLACE = { city: 'Depok', address: 'Jl. Margonda Raya 1', phone: '+62215550199' };

async function draft(fields: object = PLACE): Promise<string> {
  const input = { franchiseId: JAKARTA_RAYA, name: `Kedai ${newId()}`, ...fields };
  return textAt(await change(OWNER, 'createOutlet', { input }), 'createOutlet', 'outlet', 'id');
}

async function opened(fields: object = PLACE): Promise<string> {
  const outletId = await draft(fields);
  await change(OWNER, 'openOutlet', { outletId });
  return outletId;
}

const shown = (identity: Identity, id: string) =>
  menu.run(identity, 'query ($id: ID!) { outlet(id: $id) { id status isOpenNow nextOpensAt } }', { id });

async function listed(identity: Identity, status?: readonly string[]): Promise<string> {
  const { data } = await menu.run(
    identity,
    'query ($status: [OutletStatus!]) { outlets(last: 100, status: $status) { nodes { id franchise { outlets(last: 100) { nodes { id } } } } } }',
    { status },
  );
  return JSON.stringify(data);
}

describe('a draft', () => {
  test('is seen by its owner and head office alone', async () => {
    const outletId = await draft();
    for (const identity of [OWNER, HQ]) {
      expect((await shown(identity, outletId)).data).toMatchObject({
        outlet: { status: 'DRAFT', isOpenNow: false },
      });
      expect(await listed(identity)).toContain(outletId);
    }
    for (const identity of [ANONYMOUS, CUSTOMER, BARISTA, MANAGER]) {
      expect(codesOf(await shown(identity, outletId))).toEqual(['NOT_FOUND']);
      expect(await listed(identity)).not.toContain(outletId);
      expect(await listed(identity, ['DRAFT'])).not.toContain(outletId);
      const menuThere = 'query ($id: ID!) { menu(outletId: $id) { totalCount } }';
      expect(codesOf(await menu.run(identity, menuThere, { id: outletId }))).toEqual(['NOT_FOUND']);
    }
  });

  test('is open all day once it is opened, and then everybody sees it', async () => {
    const outletId = await draft();
    expect((await change(OWNER, 'openOutlet', { outletId })).data).toMatchObject({
      openOutlet: { outlet: { status: 'OPEN', isOpenNow: true, nextOpensAt: null }, userErrors: [] },
    });
    expect((await shown(ANONYMOUS, outletId)).data).toMatchObject({
      outlet: { status: 'OPEN', isOpenNow: true },
    });
    expect(await listed(ANONYMOUS)).toContain(outletId);
  });

  test('is not opened before it says where it is, and says what it lacks', async () => {
    const outletId = await draft({ city: 'Depok' });
    expect((await change(OWNER, 'openOutlet', { outletId })).data).toEqual({
      openOutlet: {
        outlet: null,
        userErrors: [
          { code: 'INVALID_INPUT', field: ['address'] },
          { code: 'INVALID_INPUT', field: ['phone'] },
        ],
      },
    });
    await change(OWNER, 'updateOutlet', { input: { outletId, ...PLACE } });
    expect((await change(OWNER, 'openOutlet', { outletId })).data).toMatchObject({
      openOutlet: { outlet: { status: 'OPEN' } },
    });
  });
});

describe('the status of an outlet', () => {
  test('is published whenever it changes, with a higher version, and nothing is where nothing changes', async () => {
    const outletId = await opened();
    await change(OWNER, 'openOutlet', { outletId });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await change(OWNER, 'pauseOutlet', { outletId, until });
    await change(OWNER, 'closeOutlet', { outletId });
    const states = (await publishedBy(menu)).filter(({ aggregateId }) => aggregateId === outletId);
    expect(states.map(({ aggregateVersion, data }) => [aggregateVersion, data])).toMatchObject([
      [1, { status: 'DRAFT', pausedUntil: null, openingHours: [], openingExceptions: [] }],
      [2, { status: 'OPEN', pausedUntil: null }],
      [3, { status: 'PAUSED', pausedUntil: until }],
      [4, { status: 'CLOSED', pausedUntil: null }],
    ]);
  });

  test('ends a pause by itself at its time, and says when the outlet takes orders again', async () => {
    const outletId = await opened();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await change(OWNER, 'pauseOutlet', { outletId, until })).data).toMatchObject({
      pauseOutlet: { outlet: { status: 'PAUSED', pausedUntil: until, isOpenNow: false, nextOpensAt: until } },
    });
    await menu.pool.query(`UPDATE outlet SET paused_until = now() - interval '1 s' WHERE id = $1`, [
      outletId,
    ]);
    expect((await shown(ANONYMOUS, outletId)).data).toMatchObject({
      outlet: { status: 'OPEN', isOpenNow: true, nextOpensAt: null },
    });
    expect(await listed(ANONYMOUS, ['OPEN'])).toContain(outletId);
    expect(await listed(ANONYMOUS, ['PAUSED'])).not.toContain(outletId);
  });

  test.each(['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z'])('is not paused until %s', async (until) => {
    expect((await change(OWNER, 'pauseOutlet', { outletId: MENTENG, until })).data).toMatchObject({
      pauseOutlet: { outlet: null, userErrors: [{ code: 'INVALID_INPUT', field: ['until'] }] },
    });
  });

  test('never changes once it is closed, which is not listed and still found', async () => {
    const outletId = await opened();
    await change(OWNER, 'closeOutlet', { outletId });
    for (const mutation of ['openOutlet', 'pauseOutlet', 'closeOutlet'] as const) {
      expect((await change(OWNER, mutation, { outletId })).data).toMatchObject({
        [mutation]: { outlet: null, userErrors: [{ code: 'INVALID_STATE' }] },
      });
    }
    expect((await change(OWNER, 'updateOutlet', { input: { outletId, name: 'Lain' } })).data).toMatchObject({
      updateOutlet: { outlet: null, userErrors: [{ code: 'INVALID_STATE' }] },
    });
    for (const identity of [ANONYMOUS, OWNER, HQ]) {
      expect(await listed(identity)).not.toContain(outletId);
      expect(await listed(identity, ['CLOSED'])).toContain(outletId);
      expect((await shown(identity, outletId)).data).toMatchObject({
        outlet: { status: 'CLOSED', nextOpensAt: null },
      });
    }
  });

  test('is changed by the staff who may: managers pause and reopen their own outlet', async () => {
    for (const mutation of ['pauseOutlet', 'openOutlet'] as const) {
      expect((await change(MANAGER, mutation, { outletId: MENTENG })).data).toMatchObject({
        [mutation]: { userErrors: [] },
      });
      expect(codesOf(await change(MANAGER, mutation, { outletId: BLOK_M }))).toEqual(['FORBIDDEN']);
      expect(codesOf(await change(OWNER, mutation, { outletId: SANUR }))).toEqual(['FORBIDDEN']);
      for (const identity of [CUSTOMER, BARISTA])
        expect(codesOf(await change(identity, mutation, { outletId: MENTENG }))).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await change(MANAGER, 'closeOutlet', { outletId: MENTENG }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await change(OWNER, 'pauseOutlet', { outletId: newId() }))).toEqual(['NOT_FOUND']);
  });
});

describe('changing an outlet', () => {
  test('changes what is given and nothing else', async () => {
    const outletId = await opened();
    const result = await change(OWNER, 'updateOutlet', {
      input: { outletId, address: ' Jl. Baru 2 ', city: null },
    });
    expect(result.data).toMatchObject({
      updateOutlet: { outlet: { address: 'Jl. Baru 2', city: 'Depok', status: 'OPEN' }, userErrors: [] },
    });
  });

  test('under a name that the franchise has is refused', async () => {
    const input = { outletId: await opened(), name: 'Kedai Menteng' };
    expect((await change(OWNER, 'updateOutlet', { input })).data).toMatchObject({
      updateOutlet: { userErrors: [{ code: 'ALREADY_EXISTS', field: ['name'] }] },
    });
  });

  test('takes opening hours by weekday with several intervals, past midnight, and exceptions by date', async () => {
    const outletId = await opened();
    const openingHours = [
      { weekday: 'MONDAY', opensAt: '08:00', closesAt: '12:00' },
      { weekday: 'MONDAY', opensAt: '20:00', closesAt: '02:00' },
    ];
    const openingExceptions = [
      { date: '2026-12-25', openings: [] },
      { date: '2026-12-24', openings: [{ opensAt: '08:00', closesAt: '24:00' }] },
    ];
    const input = { outletId, openingHours, openingExceptions };
    expect((await change(OWNER, 'updateOutlet', { input })).data).toMatchObject({
      updateOutlet: {
        outlet: { openingHours, openingExceptions: openingExceptions.toReversed() },
        userErrors: [],
      },
    });
    const always = { outletId, openingHours: [], openingExceptions: [] };
    expect((await change(OWNER, 'updateOutlet', { input: always })).data).toMatchObject({
      updateOutlet: { outlet: { openingHours: [], openingExceptions: [], isOpenNow: true } },
    });
  });

  test.each([
    [
      ['openingHours', '0', 'opensAt'],
      { openingHours: [{ weekday: 'MONDAY', opensAt: '8:00', closesAt: '12:00' }] },
    ],
    [
      ['openingHours', '0', 'opensAt'],
      { openingHours: [{ weekday: 'MONDAY', opensAt: '24:00', closesAt: '12:00' }] },
    ],
    [
      ['openingHours', '0', 'closesAt'],
      { openingHours: [{ weekday: 'MONDAY', opensAt: '08:00', closesAt: '24:01' }] },
    ],
    [['openingExceptions'], { openingExceptions: [{ date: '2026-12-25' }, { date: '2026-12-25' }] }],
    [['timeZone'], { timeZone: 'Asia/Atlantis' }],
    [['name'], { name: '' }],
  ])('with a wrong %j is refused', async (field, changes) => {
    const input = { outletId: MENTENG, ...changes };
    expect((await change(OWNER, 'updateOutlet', { input })).data).toMatchObject({
      updateOutlet: { outlet: null, userErrors: [{ code: 'INVALID_INPUT', field }] },
    });
  });

  test('of others is forbidden before the input is looked at', async () => {
    for (const identity of [CUSTOMER, BARISTA, MANAGER]) {
      const input = { outletId: BLOK_M, name: '' };
      expect(codesOf(await change(identity, 'updateOutlet', { input }))).toEqual(['FORBIDDEN']);
    }
  });
});
