/** The wall behind the customer subgraph's filters: what each caller reaches by statements that name no tenant. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountUrl } from '../../platform/database/access-roles.js';
import { newCause } from '../../platform/events/envelope.js';
import { ANONYMOUS, type Identity } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../prisma/seed/chain.js';
import { REWARDS } from '../../prisma/seed/rewards.js';
import type { TestSubgraph } from '../../tests/support/subgraph.js';
import {
  changedBy,
  excessesOf,
  NO_PRIVILEGE,
  READ_ONLY,
  readBy,
  refusalAt,
  tablesOf,
} from '../../tests/support/walls.js';
import { earnPoints } from './operations/earn-points.js';
import { redeemReward } from './operations/redeem-reward.js';
import { type OwnCustomerDatabase, openCustomerDatabase } from './store/database.js';
import {
  BUDI,
  DEWI,
  HQ,
  makeGuest,
  OTHER_BARISTA,
  OTHER_OUTLET,
  RINA,
  SARI,
  startTestCustomer,
} from './testing/harness.js';

const CALLERS = { ANONYMOUS, guest: RINA, barista: SARI, manager: BUDI, owner: DEWI, 'head office': HQ };
const TENANTS = { ANONYMOUS, guest: RINA, barista: SARI, manager: BUDI, owner: DEWI };
const PERSONS = { guest: RINA, barista: SARI, manager: BUDI, owner: DEWI, 'head office': HQ };
const CHECK_VIOLATION = '23514';

/** A condition for the rows that a caller reaches, as text. */
type Rows = (identity: Identity) => string;

const every: Rows = () => 'true';
const ownBy =
  (column: string): Rows =>
  ({ customerId }) =>
    customerId === null ? 'false' : `${column} = '${customerId}'`;
const isChain = ({ roles }: Identity) => roles.some(({ role }) => role === 'HQ');
const forChainToo =
  (rows: Rows): Rows =>
  (identity) =>
    isChain(identity) ? 'true' : rows(identity);
const ofTenants: Rows = ({ roles }) =>
  roles
    .flatMap(({ role, outletId, franchiseId }) => [
      ...(outletId === null ? [] : [`outlet_id = '${outletId}'`]),
      ...(role === 'OWNER' ? [`franchise_id = '${franchiseId}'`] : []),
    ])
    .join(' OR ') || 'false';

/** Those that the caller could have made. */
function invitations({ roles }: Identity): string {
  const hired = roles.flatMap(({ role, outletId, franchiseId }) => {
    if (role === 'HQ') return ['true'];
    if (role === 'OWNER') return [`role IN ('BARISTA', 'MANAGER') AND franchise_id = '${franchiseId}'`];
    return role === 'MANAGER' ? [`role = 'BARISTA' AND outlet_id = '${outletId}'`] : [];
  });
  return `purpose = 'invitation' AND (${hired.join(' OR ') || 'false'})`;
}

/** What callers read of each table. */
const READ: Readonly<Record<string, { readonly columns?: string; readonly rows: Rows }>> = {
  account_link: { columns: 'id, email, role, outlet_id, franchise_id, invited_by', rows: invitations },
  analytics_consent: { rows: forChainToo(ownBy('customer_id')) },
  audit_entry: { rows: forChainToo(ofTenants) },
  customer: { columns: 'id, email, name, phone', rows: forChainToo(ownBy('id')) },
  franchise: { rows: every },
  idempotency: { rows: forChainToo(ownBy("split_part(scope, ':', 1)")) },
  loyalty_account: { rows: forChainToo(ownBy('customer_id')) },
  loyalty_entry: { rows: forChainToo(ownBy('customer_id')) },
  notification: { rows: ownBy('customer_id') },
  outlet: { rows: every },
  outlet_guest: { rows: forChainToo(ofTenants) },
  redemption: { rows: forChainToo(ownBy('customer_id')) },
  reward: { rows: every },
  role_grant: {
    rows: forChainToo((identity) => `${ownBy('customer_id')(identity)} OR ${ofTenants(identity)}`),
  },
};
const INTERNAL_TABLES = [
  ...['event_log', 'failed_attempt', 'inbox', 'order_refund', 'outbox', 'password_reset_request'],
  ...[
    'muted_notification',
    'refresh_token',
    'reporting_account',
    'revocation',
    'revocation_sequence',
    'second_factor',
    'session',
  ],
  'setting_copy',
];
const INTERNAL_VIEWS = ['event_history', 'event_log_with_archive'];
const TABLES = [...Object.keys(READ), ...INTERNAL_TABLES];

const [reward] = REWARDS;
if (reward === undefined) throw new Error('The demo chain has rewards');

let customer: TestSubgraph;
let database: OwnCustomerDatabase;
/** Guests, each with points, a redemption, a notification and a session; and who works at another franchise. */
const [stranger, foreigner] = [newId(), newId()];
const orders = new Map<string, string>();
const redemptions = new Map<string, string>();

beforeAll(async () => {
  customer = await startTestCustomer();
  const { config, bus } = customer.platform;
  database = openCustomerDatabase(config.databaseUrl('customer'), bus);
  for (const id of [stranger, foreigner]) {
    await owner(`INSERT INTO customer (id, email, name, password_hash) VALUES ($1, $2, 'Tamu', 'x')`, [
      id,
      `${id}@kedai.test`,
    ]);
  }
  await owner(
    `INSERT INTO role_grant (id, customer_id, role, outlet_id, franchise_id) VALUES ($1, $2, 'BARISTA', $3, $4)`,
    [newId(), foreigner, OTHER_OUTLET.id, OTHER_OUTLET.franchiseId],
  );
  for (const { id, franchiseId } of CATALOGUE.outlets) {
    await owner(
      `INSERT INTO audit_entry (id, at, actor_id, action, entity_type, entity_id, franchise_id, outlet_id)
       VALUES ($1, now(), $2, 'setOutletPrice', 'MenuItem', $3, $4, $5)`,
      [newId(), foreigner, newId(), franchiseId, id],
    );
  }
  const { franchiseId: franchise } =
    CATALOGUE.outlets.find(({ id }) => id === STAFFED_OUTLET_ID) ?? OTHER_OUTLET;
  for (const [role, outletId, franchiseId] of [
    ['BARISTA', STAFFED_OUTLET_ID, franchise],
    ['MANAGER', STAFFED_OUTLET_ID, franchise],
    ['BARISTA', OTHER_OUTLET.id, OTHER_OUTLET.franchiseId],
    ['HQ', null, null],
  ]) {
    await owner(
      `INSERT INTO account_link (id, purpose, email, role, outlet_id, franchise_id, invited_by, expires_at)
       VALUES ($1, 'invitation', 'tamu@kedai.test', $2, $3, $4, $5, now())`,
      [newId(), role, outletId, franchiseId, foreigner],
    );
  }
  await owner(
    `INSERT INTO account_link (id, purpose, customer_id, expires_at) VALUES ($1, 'reset', $2, now())`,
    [newId(), stranger],
  );
  await makeGuest(customer, { customerId: stranger });
  await makeGuest(customer, { customerId: foreigner }, OTHER_OUTLET.id);
  await makeGuest(customer, RINA, OTHER_OUTLET.id);
  for (const customerId of [stranger, ...Object.values(PERSONS).map((person) => person.customerId)]) {
    const [orderId, sessionId] = [newId(), newId()];
    orders.set(customerId, orderId);
    const order = { customerId, orderId, total: 1_000_000, version: 6 };
    await database.work(newCause(), (work) => earnPoints(work, order));
    const caller = { database, cause: newCause(), identity: { customerId, roles: [] } };
    const redemption = await redeemReward(caller, { rewardId: reward.id, idempotencyKey: 'one' });
    redemptions.set(customerId, redemption.id);
    await owner(
      `INSERT INTO notification (id, customer_id, kind, title, body, outlet_id) VALUES ($1, $2, 'PAYMENT', 'T', 'B', $3)`,
      [newId(), customerId, STAFFED_OUTLET_ID],
    );
    await owner(
      `INSERT INTO analytics_consent (id, customer_id, version, is_granted, at, notice) VALUES ($1, $2, 1, true, now(), 'v1')`,
      [newId(), customerId],
    );
    await owner('INSERT INTO session (id, customer_id, expires_at) VALUES ($1, $2, now())', [
      sessionId,
      customerId,
    ]);
    await owner('INSERT INTO refresh_token (hash, session_id, expires_at) VALUES ($1, $2, now())', [
      Buffer.from(sessionId),
      sessionId,
    ]);
  }
});
afterAll(async () => {
  await database.close();
  await customer.stop();
});

async function owner(statement: string, values: readonly unknown[] = []): Promise<void> {
  await customer.pool.query(statement, [...values]);
}

/** As the database's owner sees them. */
async function all(statement: string): Promise<readonly string[]> {
  const rows = await readBy(customer, statement);
  if (typeof rows === 'string') throw new Error(`${statement}: ${rows}`);
  return rows;
}

async function countOf(table: string, condition: string): Promise<number> {
  return (await all(`SELECT FROM ${table} WHERE ${condition}`)).length;
}

test('every table has its case here', async () => {
  expect([...TABLES, ...INTERNAL_VIEWS].toSorted()).toEqual(await tablesOf(customer.pool));
});

describe.each(Object.entries(CALLERS))('%s', (_name, identity) => {
  test.each(Object.entries(READ))(
    'reads the rows of %s that are theirs',
    async (table, { columns = '*', rows }) => {
      const read = await readBy(database.as(identity), `SELECT ${columns} FROM ${table}`);
      expect(read).toEqual(await all(`SELECT ${columns} FROM ${table} WHERE ${rows(identity)}`));
    },
  );

  test.each(INTERNAL_TABLES)('reads nothing of %s', async (table) => {
    expect(await readBy(database.as(identity), `SELECT FROM ${table}`)).toBe(NO_PRIVILEGE);
    for (const statement of [`DELETE FROM ${table}`, `INSERT INTO ${table} SELECT * FROM ${table}`])
      expect(await changedBy(database.as(identity), statement)).toBe(NO_PRIVILEGE);
  });

  test.each(INTERNAL_VIEWS)('reads nothing of %s', async (view) => {
    expect(await readBy(database.as(identity), `SELECT FROM ${view}`)).toBe(NO_PRIVILEGE);
  });

  test('reads no password, neither as it is nor by guessing', async () => {
    for (const statement of [
      'SELECT password_hash FROM customer',
      'SELECT * FROM customer',
      "SELECT id FROM customer WHERE password_hash LIKE '$argon2id$%'",
    ]) {
      expect(await readBy(database.as(identity), statement)).toBe(NO_PRIVILEGE);
    }
    expect(await changedBy(database.as(identity), "UPDATE customer SET password_hash = 'x'")).toBe(
      NO_PRIVILEGE,
    );
    expect(await changedBy(database.as(identity), "UPDATE customer SET email = 'a@b.c'")).toBe(NO_PRIVILEGE);
  });

  test('cannot write where operations read', async () => {
    expect(await readBy(database.as(identity), 'DELETE FROM role_grant')).toBe(READ_ONLY);
  });

  test.each(TABLES)('cannot empty %s', async (table) => {
    expect(await changedBy(database.as(identity), `TRUNCATE ${table} CASCADE`)).toBe(NO_PRIVILEGE);
  });

  test.each(TABLES.filter((table) => table !== 'role_grant'))('deletes nothing of %s', async (table) => {
    expect(await changedBy(database.as(identity), `DELETE FROM ${table}`)).toBe(NO_PRIVILEGE);
  });

  test('changes their own profile and notifications alone', async () => {
    const own = await countOf('customer', ownBy('id')(identity));
    expect(await changedBy(database.as(identity), "UPDATE customer SET name = 'Baru'")).toBe(own);
    const notifications = await countOf('notification', ownBy('customer_id')(identity));
    expect(await changedBy(database.as(identity), 'UPDATE notification SET read_at = now()')).toBe(
      notifications,
    );
    const other = "UPDATE notification SET title = 'Baru'";
    expect(await changedBy(database.as(identity), other)).toBe(NO_PRIVILEGE);
  });

  test('makes nobody a guest', async () => {
    const insert =
      'INSERT INTO outlet_guest (customer_id, outlet_id, franchise_id) VALUES ($1::uuid, $2::uuid, $3::uuid)';
    const place = [STAFFED_OUTLET_ID, OTHER_OUTLET.franchiseId];
    for (const customerId of [foreigner, identity.customerId ?? stranger])
      expect(await changedBy(database.as(identity), insert, customerId, ...place)).toBe(NO_PRIVILEGE);
  });

  test('gives nobody points', async () => {
    const raise = 'UPDATE loyalty_account SET points = points + 1';
    const hasAccount = identity.customerId !== null;
    expect(await changedBy(database.as(identity), raise)).toBe(hasAccount ? CHECK_VIOLATION : 0);
    const earn = `INSERT INTO loyalty_entry (id, customer_id, order_id, kind, points, lifetime_points)
      VALUES ($1::uuid, $2::uuid, $3::uuid, 'EARNED', 5, 5)`;
    const spend = `INSERT INTO loyalty_entry (id, customer_id, redemption_id, kind, points, lifetime_points)
      VALUES ($1::uuid, $2::uuid, $3::uuid, 'REDEEMED', -5, 0)`;
    const redeem = `INSERT INTO redemption (id, customer_id, reward_id, name, points, amount_off, status)
      SELECT $1::uuid, $2::uuid, id, name, points, amount_off, 'AVAILABLE' FROM reward LIMIT 1`;
    const { customerId } = identity;
    expect(await changedBy(database.as(identity), earn, newId(), customerId ?? stranger, newId())).toBe(
      NO_PRIVILEGE,
    );
    expect(await changedBy(database.as(identity), spend, newId(), stranger, newId())).toBe(NO_PRIVILEGE);
    expect(await changedBy(database.as(identity), redeem, newId(), stranger)).toBe(NO_PRIVILEGE);
  });
});

describe('what staff see of guests', () => {
  const staff = { barista: SARI, manager: BUDI, owner: DEWI, 'head office': HQ };
  const calls = () => [
    [`SELECT id FROM guests(ARRAY['${stranger}']::uuid[])`, [stranger]],
    [`SELECT customer_id FROM balances_of_guests(ARRAY['${stranger}']::uuid[])`, [stranger]],
    [
      `SELECT order_id, points FROM points_of_orders(ARRAY['${orders.get(stranger)}']::uuid[])`,
      [`${orders.get(stranger)} 1000`],
    ],
    [
      `SELECT id FROM rewards_of_redemptions(ARRAY['${redemptions.get(stranger)}']::uuid[])`,
      [redemptions.get(stranger)],
    ],
  ];

  test.each(Object.entries(staff))(
    'is seen by the %s of where they have ordered, as it is named',
    async (_name, identity) => {
      for (const [call, rows] of calls())
        expect(await readBy(database.as(identity), String(call))).toEqual(rows);
    },
  );

  const strangers = { ANONYMOUS, guest: RINA, 'a barista elsewhere': OTHER_BARISTA };
  test.each(Object.entries(strangers))('is not seen by %s', async (_name, identity) => {
    for (const [call] of calls()) expect(await readBy(database.as(identity), String(call))).toEqual([]);
  });

  test('is a name alone of those who work or have acted at their tenants, and nothing of others', async () => {
    const named = async (identity: Identity, id: string) =>
      readBy(database.as(identity), `SELECT * FROM colleagues(ARRAY['${id}']::uuid[])`);
    const [manager, actor] = [BUDI.customerId, foreigner];
    for (const identity of [SARI, BUDI, DEWI]) {
      expect(await named(identity, manager)).toEqual([`${manager} Budi Santoso`]);
      expect(await named(identity, actor)).toEqual([`${actor} Tamu`]);
      expect(await named(identity, stranger)).toEqual([]);
    }
    expect(await named(OTHER_BARISTA, manager)).toEqual([]);
    for (const identity of [ANONYMOUS, RINA])
      for (const id of [manager, actor, stranger]) expect(await named(identity, id)).toEqual([]);
  });

  test('is neither an e-mail address nor a password', async () => {
    const { rows } = await database.as(SARI).pool.query('SELECT * FROM guests($1::uuid[])', [[stranger]]);
    expect(rows).toEqual([{ id: stranger, name: 'Tamu', phone: null }]);
  });

  test('an account’s id is found by its address by those alone who grant roles', async () => {
    const find = `SELECT account_named(NULL, '${stranger}@kedai.test')`;
    for (const identity of [DEWI, HQ]) expect(await readBy(database.as(identity), find)).toEqual([stranger]);
    for (const identity of [ANONYMOUS, RINA, SARI, BUDI])
      expect(await readBy(database.as(identity), find)).toEqual(['']);
  });
});

describe('roles', () => {
  const INSERT = `INSERT INTO role_grant (id, customer_id, role, outlet_id, franchise_id, granted_by)
    VALUES ($1::uuid, $2::uuid, $3, $4::uuid, $5::uuid, $6::uuid)`;
  const franchiseId = DEWI.roles.find(({ role }) => role === 'OWNER')?.franchiseId ?? null;
  interface Grant {
    readonly to?: string;
    readonly role?: string;
    readonly outletId?: string | null;
    readonly franchiseId?: string | null;
    readonly by?: string | null;
  }
  const grant = (identity: Identity, given: Grant = {}) => {
    const row = { to: stranger, role: 'BARISTA', outletId: STAFFED_OUTLET_ID, franchiseId, ...given };
    const by = given.by === undefined ? identity.customerId : given.by;
    const columns = [newId(), row.to, row.role, row.outletId, row.franchiseId, by];
    return changedBy(database.as(identity), INSERT, ...columns);
  };

  test('are granted by an owner at outlets of the franchise, in the owner’s name', async () => {
    expect(await grant(DEWI)).toBe(1);
    expect(await grant(DEWI, { role: 'MANAGER' })).toBe(1);
    for (const given of [
      { role: 'OWNER', outletId: null },
      { role: 'HQ', outletId: null, franchiseId: null },
      { outletId: OTHER_OUTLET.id },
      { outletId: OTHER_OUTLET.id, franchiseId: OTHER_OUTLET.franchiseId },
      { by: HQ.customerId },
      { by: null },
    ]) {
      expect([given, await grant(DEWI, given)]).toEqual([given, NO_PRIVILEGE]);
    }
  });

  test('are granted by no other tenant, to themselves least of all', async () => {
    for (const identity of [ANONYMOUS, RINA, SARI, BUDI]) {
      expect(await grant(identity)).toBe(NO_PRIVILEGE);
      expect(await grant(identity, { to: identity.customerId ?? stranger })).toBe(NO_PRIVILEGE);
      expect(await grant(identity, { role: 'HQ', outletId: null, franchiseId: null })).toBe(NO_PRIVILEGE);
    }
  });

  test('are granted everywhere by head office', async () => {
    expect(await grant(HQ, { role: 'HQ', outletId: null, franchiseId: null })).toBe(1);
    expect(await grant(HQ, { outletId: OTHER_OUTLET.id, franchiseId: OTHER_OUTLET.franchiseId })).toBe(1);
  });

  test('are revoked by an owner at outlets of the franchise, of baristas by their manager, by head office everywhere, and by nobody else', async () => {
    const theirs = `franchise_id = '${franchiseId}' AND role IN ('BARISTA', 'MANAGER')`;
    const expected = {
      ...{ ANONYMOUS: 0, guest: 0, barista: 0 },
      manager: await countOf('role_grant', `outlet_id = '${STAFFED_OUTLET_ID}' AND role = 'BARISTA'`),
      owner: await countOf('role_grant', theirs),
    };
    expect(expected.owner).toBeGreaterThan(0);
    for (const [name, identity] of Object.entries(TENANTS)) {
      const revoked = await changedBy(database.as(identity), 'DELETE FROM role_grant');
      expect([name, revoked]).toEqual([name, Reflect.get(expected, name)]);
    }
    expect(await changedBy(database.as(HQ), 'DELETE FROM role_grant')).toBe(
      await countOf('role_grant', 'true'),
    );
  });
});

describe('the accounts', () => {
  test.each(TABLES)('read nothing of %s before they take a role', async (table) => {
    const url = accountUrl(customer.platform.config.databaseUrl('customer'), 'customer', 'requests');
    expect(await refusalAt(url, `SELECT FROM ${table}`)).toBe(NO_PRIVILEGE);
  });

  test('call no function that runs as its owner before they take a role', async () => {
    const url = accountUrl(customer.platform.config.databaseUrl('customer'), 'customer', 'requests');
    expect(await refusalAt(url, `SELECT guests(ARRAY['${stranger}']::uuid[])`)).toBe(NO_PRIVILEGE);
    expect(await refusalAt(url, `SELECT colleagues(ARRAY['${stranger}']::uuid[])`)).toBe(NO_PRIVILEGE);
    expect(await refusalAt(url, `SELECT account_named('${stranger}', NULL)`)).toBe(NO_PRIVILEGE);
  });

  test.each(['kedai_customer', 'kedai_customer_tenant', 'kedai_customer_chain', 'kedai_customer_worker'])(
    '%s owns nothing and bypasses nothing',
    async (account) => expect(await excessesOf(customer.pool, account)).toEqual([]),
  );

  test('the worker cannot take the wall away', async () => {
    const url = accountUrl(customer.platform.config.databaseUrl('customer'), 'customer', 'worker');
    expect(await refusalAt(url, 'ALTER TABLE customer DISABLE ROW LEVEL SECURITY')).toBe(NO_PRIVILEGE);
    expect(await refusalAt(url, 'SET ROLE kedai_customer_chain')).toBe(NO_PRIVILEGE);
  });
});
