import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { codesOf, statementsDuring, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { CUSTOMER, HQ, JAKARTA_RAYA, MANAGER, OWNER, PRIANGAN, startTestMenu } from '../testing/harness.js';

let menu: TestSubgraph;

beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());

const OUTLETS = `query ($city: String, $first: Int, $after: String) { outlets(city: $city, first: $first, after: $after) {
  nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
const createOutlet = (identity: Identity, changes: Record<string, unknown> = {}) =>
  menu.run(
    identity,
    `mutation ($input: CreateOutletInput!) { createOutlet(input: $input) {
       outlet { id name timeZone franchise { id } } userErrors { code field } } }`,
    {
      input: {
        franchiseId: JAKARTA_RAYA,
        name: `Kedai ${newId()}`,
        city: 'Depok',
        address: 'Jl. Margonda Raya 1',
        phone: '+62 21 555 0199',
        ...changes,
      },
    },
  );
const createFranchise = (identity: Identity, name: string) =>
  menu.run(
    identity,
    `mutation ($input: CreateFranchiseInput!) { createFranchise(input: $input) {
       franchise { id name outlets { nodes { id } } } userErrors { code field } } }`,
    { input: { name } },
  );

test('franchises are listed to head office, and to owners their own, a page at a time', async () => {
  const listed = (identity: Identity, page = 'first: 100') =>
    menu.run(
      identity,
      `{ franchises(${page}) { nodes { id name } totalCount pageInfo { hasNextPage endCursor } } }`,
    );
  const nodes = CATALOGUE.franchises.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const totalCount = nodes.length;
  expect(await listed(HQ)).toMatchObject({ data: { franchises: { nodes, totalCount } } });
  const first = await listed(HQ, 'first: 1');
  const after = textAt(first, 'franchises', 'pageInfo', 'endCursor');
  expect(await listed(HQ, `first: 100, after: "${after}"`)).toMatchObject({
    data: { franchises: { nodes: nodes.slice(1), pageInfo: { hasNextPage: false } } },
  });
  expect(await listed(OWNER)).toMatchObject({
    data: { franchises: { nodes: [{ id: JAKARTA_RAYA }], totalCount: 1 } },
  });
  for (const identity of [CUSTOMER, MANAGER]) expect(codesOf(await listed(identity))).toEqual(['FORBIDDEN']);
});

describe('outlets', () => {
  test('are read by anybody, with their franchises', async () => {
    const result = await menu.run(
      ANONYMOUS,
      '{ outlets(first: 100) { nodes { id name city address phone timeZone franchise { id name } } } }',
    );
    const franchises = new Map(CATALOGUE.franchises.map((franchise) => [franchise.id, franchise]));
    expect(result).toEqual({
      data: {
        outlets: {
          nodes: CATALOGUE.outlets.map(({ franchiseId, ...outlet }) => ({
            ...outlet,
            franchise: franchises.get(franchiseId),
          })),
        },
      },
    });
  });

  test('are found by city, without regard to case, accents and blanks', async () => {
    const inBandung = CATALOGUE.outlets
      .filter(({ city }) => city === 'Bandung')
      .map(({ name }) => ({ name }));
    for (const city of ['BANDUNG', ' bandung ', 'Bandúng'])
      expect((await menu.run(ANONYMOUS, OUTLETS, { city })).data).toMatchObject({
        outlets: { nodes: inBandung },
      });
    for (const city of ['%', 'Band_ng', '\0', 'Atlantis']) {
      expect((await menu.run(ANONYMOUS, OUTLETS, { city })).data).toMatchObject({ outlets: { nodes: [] } });
    }
  });

  test('come in pages', async () => {
    const first = await menu.run(ANONYMOUS, OUTLETS, { first: 20 });
    const after = textAt(first, 'outlets', 'pageInfo', 'endCursor');
    const second = await menu.run(ANONYMOUS, OUTLETS, { first: 20, after });
    expect(second.data).toMatchObject({
      outlets: {
        nodes: CATALOGUE.outlets.slice(20).map(({ name }) => ({ name })),
        pageInfo: { hasNextPage: false, hasPreviousPage: true },
      },
    });
  });

  test("of every franchise's page are one query", async () => {
    const query =
      '{ outlets(first: 100) { nodes { franchise { name outlets(first: 1) { nodes { name } pageInfo { hasNextPage } } } } } }';
    const statements = await statementsDuring(() => menu.run(ANONYMOUS, query));
    expect(statements.filter((sql) => sql.includes('outlet'))).toHaveLength(2);
    expect(statements.filter((sql) => sql.includes('"franchise"'))).toHaveLength(1);
  });

  test('are counted, all of them and those of each franchise, and paged from the end', async () => {
    const { data } = await menu.run(
      ANONYMOUS,
      '{ outlets(last: 2) { nodes { name franchise { outlets(last: 1) { totalCount nodes { name } } } } totalCount } }',
    );
    const outletsOf = (franchiseId: string) =>
      CATALOGUE.outlets.filter((each) => each.franchiseId === franchiseId).map(({ name }) => ({ name }));
    expect(data).toEqual({
      outlets: {
        nodes: CATALOGUE.outlets.slice(-2).map(({ name, franchiseId }) => ({
          name,
          franchise: {
            outlets: {
              totalCount: outletsOf(franchiseId).length,
              nodes: outletsOf(franchiseId).slice(-1),
            },
          },
        })),
        totalCount: CATALOGUE.outlets.length,
      },
    });
  });

  test('that do not exist are not found', async () => {
    for (const id of [newId(), 'nonsense']) {
      expect(
        codesOf(await menu.run(ANONYMOUS, 'query ($id: ID!) { outlet(id: $id) { id } }', { id })),
      ).toEqual(['NOT_FOUND']);
    }
  });
});

describe('opening an outlet', () => {
  test("is for the franchise's owner and head office, and is published", async () => {
    for (const identity of [OWNER, HQ]) {
      const result = await createOutlet(identity);
      expect(result.data).toMatchObject({
        createOutlet: {
          outlet: { timeZone: 'Asia/Jakarta', franchise: { id: JAKARTA_RAYA } },
          userErrors: [],
        },
      });
      const id = textAt(result, 'createOutlet', 'outlet', 'id');
      const { rows } = await menu.pool.query(
        'SELECT type, aggregate_version, data FROM outbox WHERE aggregate_id = $1',
        [id],
      );
      expect(rows).toMatchObject([
        {
          type: 'outlet.changed',
          aggregate_version: 1,
          data: { outletId: id, franchiseId: JAKARTA_RAYA, city: 'Depok' },
        },
      ]);
    }
  });

  test("in another owner's franchise is forbidden, and in one that does not exist not found", async () => {
    expect(codesOf(await createOutlet(OWNER, { franchiseId: PRIANGAN }))).toEqual(['FORBIDDEN']);
    for (const franchiseId of [newId(), 'nonsense']) {
      expect(codesOf(await createOutlet(OWNER, { franchiseId }))).toEqual(['NOT_FOUND']);
    }
    for (const identity of [CUSTOMER, MANAGER])
      expect(codesOf(await createOutlet(identity))).toEqual(['FORBIDDEN']);
  });

  test.each([
    ['name', { name: '' }],
    ['timeZone', { timeZone: 'Asia/Atlantis' }],
    ['phone', { phone: '555' }],
    ['city', { city: 'x'.repeat(101) }],
    ['address', { address: 'a\0b' }],
  ])('with a wrong %s is refused', async (field, changes) => {
    const result = await createOutlet(OWNER, changes);
    expect(result.data).toMatchObject({
      createOutlet: { outlet: null, userErrors: [{ code: 'INVALID_INPUT', field: [field] }] },
    });
  });

  test.each(['6281234567890', '0812-3456-7890', '+62 (0)812 3456 7890'])(
    'takes the phone number %s as people write it',
    async (phone) => {
      const result = await createOutlet(OWNER, { phone });
      const id = textAt(result, 'createOutlet', 'outlet', 'id');
      const { rows } = await menu.pool.query('SELECT phone FROM outlet WHERE id = $1', [id]);
      expect(rows).toEqual([{ phone: '+6281234567890' }]);
    },
  );

  test('spells its time zone as IANA does', async () => {
    const result = await createOutlet(OWNER, { timeZone: ' america/los_angeles ' });
    expect(textAt(result, 'createOutlet', 'outlet', 'timeZone')).toBe('America/Los_Angeles');
  });

  test('under a name that the franchise has is refused', async () => {
    const result = await createOutlet(OWNER, { name: 'Kedai Menteng' });
    expect(textAt(result, 'createOutlet', 'userErrors', 0, 'code')).toBe('ALREADY_EXISTS');
  });
});

describe('founding a franchise', () => {
  test('is for head office alone, under a name of its own, and is published', async () => {
    const result = await createFranchise(HQ, 'Kedai Sumatra');
    expect(result.data).toMatchObject({
      createFranchise: { franchise: { name: 'Kedai Sumatra', outlets: { nodes: [] } }, userErrors: [] },
    });
    const id = textAt(result, 'createFranchise', 'franchise', 'id');
    const { rows } = await menu.pool.query('SELECT type, data FROM outbox WHERE aggregate_id = $1', [id]);
    expect(rows).toEqual([{ type: 'franchise.changed', data: { franchiseId: id, name: 'Kedai Sumatra' } }]);
    expect(
      textAt(await createFranchise(HQ, 'Kedai Sumatra'), 'createFranchise', 'userErrors', 0, 'code'),
    ).toBe('ALREADY_EXISTS');
    expect(codesOf(await createFranchise(OWNER, 'Kedai Lain'))).toEqual(['FORBIDDEN']);
  });
});
