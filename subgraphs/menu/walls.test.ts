/** The wall behind the menu's filters: what each caller reaches by statements that name no tenant. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountUrl } from '../../platform/database/access-roles.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import { statementsDuring, type TestSubgraph } from '../../tests/support/subgraph.js';
import {
  changedBy,
  excessesOf,
  NO_PRIVILEGE,
  READ_ONLY,
  readBy,
  refusalAt,
  tablesOf,
} from '../../tests/support/walls.js';
import { type OwnMenuDatabase, openMenuDatabase } from './store/database.js';
import {
  BARISTA,
  BLOK_M,
  CUSTOMER,
  HQ,
  itemNamed,
  JAKARTA_RAYA,
  MENTENG,
  OWNER,
  PRIANGAN,
  SANUR,
  startTestMenu,
} from './testing/harness.js';

/** Of the whole chain: head office alone changes them. */
const CHAIN_TABLES = [
  'category',
  'category_item',
  'franchise',
  'menu_item',
  'menu_option',
  'option_group',
  'option_recipe_line',
  'recipe_line',
  'search_synonym',
  'search_word',
];
/** Columns of theirs that an update would name. */
const CHANGED: Readonly<Record<string, string>> = {
  ...{ franchise: 'version = 9', menu_item: 'version = 9' },
  category_item: 'category_id = menu_item_id',
  ...{ search_synonym: "term = 'x'", search_word: "word = 'x'" },
};
/** Of outlets. */
const TENANT_TABLES = [
  'hand_availability',
  'outlet',
  'outlet_price',
  'promotion',
  'promotion_item',
  'promotion_outlet',
];
const PUBLIC_TABLES = [...CHAIN_TABLES, ...TENANT_TABLES];
/** Of the chain, franchises and outlets, for those who inherit it. */
const STAFF_TABLES = ['place_settings'];
const INTERNAL_TABLES = ['event_log', 'inbox', 'outbox', 'reporting_account'];
const INTERNAL_VIEWS = ['event_history', 'event_log_with_archive'];
const INTERNAL = [...INTERNAL_TABLES, ...INTERNAL_VIEWS];

const CALLERS = { ANONYMOUS, CUSTOMER, BARISTA, OWNER, HQ };
const TENANTS = { ANONYMOUS, CUSTOMER, BARISTA, OWNER };
const GUESTS = { ANONYMOUS, CUSTOMER };

const FOREIGN_KEY = '23503';

const tea = itemNamed('Teh Susu Klasik').id;

let menu: TestSubgraph;
let database: OwnMenuDatabase;
/** Promotions by where they run. */
const promotions = { menteng: newId(), jakarta: newId(), sanur: newId(), both: newId(), everywhere: newId() };

beforeAll(async () => {
  menu = await startTestMenu();
  const { config, bus } = menu.platform;
  database = openMenuDatabase(config.databaseUrl('menu'), bus);
  await menu.pool.query(
    `INSERT INTO outlet_price (menu_item_id, outlet_id, franchise_id, is_offered, version)
     SELECT $1, id, franchise_id, true, 1 FROM outlet ON CONFLICT DO NOTHING`,
    [tea],
  );
  await menu.pool.query(
    `INSERT INTO hand_availability (outlet_id, subject_id, franchise_id, menu_item_id, is_available, version)
     SELECT id, $1, franchise_id, $1, false, 1 FROM outlet`,
    [tea],
  );
  await menu.pool.query(
    `WITH made AS (INSERT INTO category (id, name, position, version) VALUES ($1, 'Laris', 0, 1) RETURNING id)
     INSERT INTO category_item (category_id, menu_item_id) SELECT id, $2 FROM made`,
    [newId(), tea],
  );
  await insertPromotion(promotions.menteng, [MENTENG]);
  await insertPromotion(promotions.jakarta, [MENTENG, BLOK_M]);
  await insertPromotion(promotions.sanur, [SANUR]);
  await insertPromotion(promotions.both, [MENTENG, SANUR]);
  await insertPromotion(promotions.everywhere, []);
});
afterAll(async () => {
  await database.close();
  await menu.stop();
});

const PROMOTION = `INSERT INTO promotion (id, name, menu_item_ids, outlet_ids, percent, starts_at, ends_at, version)
  VALUES ($1::uuid, 'Hari Teh', $2::uuid[], $3::uuid[], 20, now(), now() + interval '1 day', 1)`;

async function insertPromotion(id: string, outletIds: readonly (string | undefined)[]): Promise<void> {
  await menu.pool.query(PROMOTION, [id, [tea], outletIds]);
}

/** As the database's owner sees them. */
async function all(statement: string): Promise<readonly string[]> {
  const rows = await readBy(menu, statement);
  if (typeof rows === 'string') throw new Error(`${statement}: ${rows}`);
  return rows;
}

test('every table has its case here', async () => {
  expect([...PUBLIC_TABLES, ...STAFF_TABLES, ...INTERNAL].toSorted()).toEqual(await tablesOf(menu.pool));
});

describe.each(Object.entries(CALLERS))('%s', (_name, identity) => {
  test.each(PUBLIC_TABLES)('reads every row of %s', async (table) => {
    const rows = await readBy(database.as(identity), `TABLE ${table}`);
    expect(rows).not.toHaveLength(0);
    expect(rows).toEqual(await all(`TABLE ${table}`));
  });

  test.each(INTERNAL)('reads nothing of %s', async (table) => {
    expect(await readBy(database.as(identity), `TABLE ${table}`)).toBe(NO_PRIVILEGE);
  });

  test('cannot write where operations read', async () => {
    expect(await readBy(database.as(identity), 'DELETE FROM recipe_line')).toBe(READ_ONLY);
  });

  test.each([...PUBLIC_TABLES, ...STAFF_TABLES, ...INTERNAL_TABLES])('cannot empty %s', async (table) => {
    expect(await changedBy(database.as(identity), `TRUNCATE ${table} CASCADE`)).toBe(NO_PRIVILEGE);
  });

  test('adds nothing to a promotion that runs', async () => {
    const add =
      'INSERT INTO promotion_outlet (promotion_id, outlet_id, franchise_id) VALUES ($1::uuid, $2::uuid, $3::uuid)';
    const { everywhere } = promotions;
    expect(await changedBy(database.as(identity), add, everywhere, MENTENG, JAKARTA_RAYA)).toBe(NO_PRIVILEGE);
    const change = 'UPDATE promotion SET outlet_ids = ARRAY[$1::uuid]';
    expect(await changedBy(database.as(identity), change, MENTENG)).toBe(NO_PRIVILEGE);
  });
});

describe('what is the whole chain’s', () => {
  describe.each(Object.entries(TENANTS))('is not changed by %s:', (_name, identity) => {
    test.each(CHAIN_TABLES)('%s', async (table) => {
      for (const statement of [
        `INSERT INTO ${table} SELECT * FROM ${table}`,
        `UPDATE ${table} SET ${CHANGED[table] ?? 'position = 9'}`,
        `DELETE FROM ${table}`,
      ]) {
        expect([statement, await changedBy(database.as(identity), statement)]).toEqual([
          statement,
          NO_PRIVILEGE,
        ]);
      }
    });
  });

  test('is changed by head office', async () => {
    const count = (await all('TABLE menu_item')).length;
    expect(await changedBy(database.as(HQ), 'UPDATE menu_item SET version = 9')).toBe(count);
    const found = "INSERT INTO franchise (id, name, version) VALUES ($1::uuid, 'Kedai Baru', 1)";
    expect(await changedBy(database.as(HQ), found, newId())).toBe(1);
  });
});

describe.each(['outlet_price', 'hand_availability'])('an outlet’s rows of %s', (table) => {
  const change = `UPDATE ${table} SET version = version + 1`;
  const countAt = async (where: string) => (await all(`SELECT FROM ${table} WHERE ${where}`)).length;

  test('are changed by the outlet’s staff, its franchise’s owner and head office, at their own outlets alone', async () => {
    for (const identity of Object.values(GUESTS))
      expect(await changedBy(database.as(identity), change)).toBe(0);
    expect(await changedBy(database.as(BARISTA), change)).toBe(await countAt(`outlet_id = '${MENTENG}'`));
    expect(await changedBy(database.as(OWNER), change)).toBe(
      await countAt(`franchise_id = '${JAKARTA_RAYA}'`),
    );
    expect(await changedBy(database.as(HQ), change)).toBe(await countAt('true'));
  });

  test('are never given to another franchise', async () => {
    expect(await changedBy(database.as(OWNER), `${change}, franchise_id = $1::uuid`, PRIANGAN)).toBe(
      NO_PRIVILEGE,
    );
  });
});

describe('an outlet’s prices', () => {
  test('are never another tenant’s, whatever franchise the row names', async () => {
    const insert = `INSERT INTO outlet_price (menu_item_id, outlet_id, franchise_id, is_offered, version)
      SELECT id, $1::uuid, $2::uuid, true, 1 FROM menu_item WHERE id NOT IN (SELECT menu_item_id FROM outlet_price)`;
    for (const identity of Object.values(TENANTS))
      expect(await changedBy(database.as(identity), insert, SANUR, PRIANGAN)).toBe(NO_PRIVILEGE);
    expect(await changedBy(database.as(OWNER), insert, SANUR, JAKARTA_RAYA)).toBe(FOREIGN_KEY);
  });
});

describe('an outlet', () => {
  const insert = `INSERT INTO outlet (id, franchise_id, name, city, address, phone, time_zone, version)
    VALUES ($1::uuid, $2::uuid, 'Kedai Baru', 'Depok', 'Jl. 1', '+62215550199', 'Asia/Jakarta', 1)`;

  test('is added by head office and by its franchise’s owner', async () => {
    expect(await changedBy(database.as(HQ), insert, newId(), PRIANGAN)).toBe(1);
    expect(await changedBy(database.as(OWNER), insert, newId(), JAKARTA_RAYA)).toBe(1);
    expect(await changedBy(database.as(OWNER), insert, newId(), PRIANGAN)).toBe(NO_PRIVILEGE);
    for (const identity of [ANONYMOUS, CUSTOMER, BARISTA])
      expect(await changedBy(database.as(identity), insert, newId(), JAKARTA_RAYA)).toBe(NO_PRIVILEGE);
  });
});

describe('a draft', () => {
  const draft = newId();

  test('is its staff’s, its owner’s and head office’s to see', async () => {
    await menu.pool.query(
      `INSERT INTO outlet (id, franchise_id, name, city, address, phone, time_zone, status, version)
       VALUES ($1, $2, 'Kedai Rahasia', '', '', '', 'UTC', 'DRAFT', 1)`,
      [draft, JAKARTA_RAYA],
    );
    const read = `SELECT id FROM outlet WHERE id = '${draft}'`;
    for (const identity of [ANONYMOUS, CUSTOMER, BARISTA])
      expect(await readBy(database.as(identity), read)).toEqual([]);
    const staff = {
      customerId: newId(),
      roles: [{ role: 'BARISTA', outletId: draft, franchiseId: null }],
    } as const;
    for (const identity of [staff, OWNER, HQ])
      expect(await readBy(database.as(identity), read)).toEqual([draft]);
  });

  test('and every other outlet is changed by those alone', async () => {
    const change = `UPDATE outlet SET version = version + 1 WHERE franchise_id = '${JAKARTA_RAYA}'`;
    const ofFranchise = (await all(`SELECT FROM outlet WHERE franchise_id = '${JAKARTA_RAYA}'`)).length;
    for (const identity of Object.values(GUESTS))
      expect(await changedBy(database.as(identity), change)).toBe(0);
    expect(await changedBy(database.as(BARISTA), change)).toBe(1);
    expect(await changedBy(database.as(OWNER), change)).toBe(ofFranchise);
    const move = 'UPDATE outlet SET franchise_id = $1::uuid';
    expect(await changedBy(database.as(OWNER), move, PRIANGAN)).toBe(NO_PRIVILEGE);
  });
});

describe('settings', () => {
  const set = `INSERT INTO place_settings (place_id, level, franchise_id, outlet_id, settings, version)
    VALUES ($1::uuid, $2, $3::uuid, $4::uuid, '{}', 1)`;
  const chain = '00000000-0000-0000-0000-000000000000';
  const read = 'SELECT place_id FROM place_settings';

  test('are set by whom they are of', async () => {
    const as = (identity: typeof HQ, ...values: unknown[]) =>
      changedBy(database.as(identity), set, ...values);
    expect(await as(HQ, PRIANGAN, 'FRANCHISE', PRIANGAN, null)).toBe(1);
    expect(await as(OWNER, chain, 'CHAIN', null, null)).toBe(NO_PRIVILEGE);
    expect(await as(OWNER, JAKARTA_RAYA, 'FRANCHISE', JAKARTA_RAYA, null)).toBe(1);
    expect(await as(BARISTA, MENTENG, 'OUTLET', JAKARTA_RAYA, MENTENG)).toBe(1);
    expect(await as(OWNER, PRIANGAN, 'FRANCHISE', PRIANGAN, null)).toBe(NO_PRIVILEGE);
    expect(await as(BARISTA, BLOK_M, 'OUTLET', JAKARTA_RAYA, BLOK_M)).toBe(NO_PRIVILEGE);
    expect(await as(CUSTOMER, MENTENG, 'OUTLET', JAKARTA_RAYA, MENTENG)).toBe(NO_PRIVILEGE);
    expect(await as(OWNER, newId(), 'OUTLET', JAKARTA_RAYA, SANUR)).not.toBe(1);
  });

  test('are read by those who inherit them', async () => {
    await menu.pool.query(set, [JAKARTA_RAYA, 'FRANCHISE', JAKARTA_RAYA, null]);
    await menu.pool.query(
      `INSERT INTO place_settings SELECT id, 'OUTLET', franchise_id, id, '{}', 1 FROM outlet WHERE id = ANY ($1::uuid[])`,
      [[MENTENG, SANUR]],
    );
    for (const identity of Object.values(GUESTS))
      expect(await readBy(database.as(identity), read)).toEqual([]);
    const ours = [chain, JAKARTA_RAYA, MENTENG].toSorted();
    for (const identity of [BARISTA, OWNER]) expect(await readBy(database.as(identity), read)).toEqual(ours);
    expect(await readBy(database.as(HQ), read)).toEqual([...ours, SANUR].toSorted());
  });
});

describe('a promotion', () => {
  const end = 'UPDATE promotion SET ended_at = now(), version = version + 1';

  test('is ended by those alone whose outlets are all it is for', async () => {
    for (const identity of Object.values(GUESTS)) expect(await changedBy(database.as(identity), end)).toBe(0);
    expect(await changedBy(database.as(BARISTA), end)).toBe(1);
    expect(await changedBy(database.as(OWNER), end)).toBe(2);
    expect(await changedBy(database.as(HQ), end)).toBe(Object.keys(promotions).length);
  });

  test('runs at the caller’s own outlets alone, everywhere for head office alone', async () => {
    const run = (identity: typeof HQ, outletIds: readonly (string | undefined)[]) =>
      changedBy(database.as(identity), PROMOTION, newId(), [tea], outletIds);
    expect(await run(BARISTA, [MENTENG])).toBe(1);
    expect(await run(OWNER, [MENTENG, BLOK_M])).toBe(1);
    expect(await run(HQ, [])).toBe(1);
    for (const [identity, outletIds] of [
      [CUSTOMER, [MENTENG]],
      [BARISTA, [MENTENG, BLOK_M]],
      [OWNER, [MENTENG, SANUR]],
      [OWNER, []],
      [OWNER, [newId()]],
    ] as const) {
      expect(await run(identity, outletIds)).toBe(NO_PRIVILEGE);
    }
  });

  test('is found by its items and outlets', async () => {
    const { jakarta } = promotions;
    expect(await all(`SELECT outlet_id FROM promotion_outlet WHERE promotion_id = '${jakarta}'`)).toEqual(
      [MENTENG, BLOK_M].toSorted(),
    );
    expect(await all(`SELECT menu_item_id FROM promotion_item WHERE promotion_id = '${jakarta}'`)).toEqual([
      tea,
    ]);
  });
});

describe('the accounts', () => {
  test.each([...PUBLIC_TABLES, ...STAFF_TABLES, ...INTERNAL])(
    'read nothing of %s before they take a role',
    async (table) => {
      const url = accountUrl(menu.platform.config.databaseUrl('menu'), 'menu', 'requests');
      expect(await refusalAt(url, `SELECT FROM ${table}`)).toBe(NO_PRIVILEGE);
    },
  );

  test.each(['kedai_menu', 'kedai_menu_tenant', 'kedai_menu_chain', 'kedai_menu_worker'])(
    '%s owns nothing and bypasses nothing',
    async (account) => expect(await excessesOf(menu.pool, account)).toEqual([]),
  );

  test('the worker cannot take the wall away', async () => {
    const url = accountUrl(menu.platform.config.databaseUrl('menu'), 'menu', 'worker');
    expect(await refusalAt(url, 'ALTER TABLE promotion DISABLE ROW LEVEL SECURITY')).toBe(NO_PRIVILEGE);
    expect(await refusalAt(url, 'SET ROLE kedai_menu_chain')).toBe(NO_PRIVILEGE);
  });
});

test('reading the menu takes no transaction, not even for signed-in guests', async () => {
  const query = '{ outlets { nodes { id franchise { name } } } }';
  for (const identity of [ANONYMOUS, CUSTOMER]) {
    const statements = await statementsDuring(() => menu.run(identity, query));
    expect(statements.filter((sql) => sql.startsWith('BEGIN READ ONLY'))).toEqual([]);
    expect(statements).not.toHaveLength(0);
  }
});
