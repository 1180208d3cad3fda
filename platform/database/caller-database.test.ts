/** On the menu's database, whose outlet prices belong to outlets and are public to read, and whose inbox is nobody's. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrismaClient } from '../../prisma/menu/client/client.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { seedMenu } from '../../prisma/seed/menu.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { openTestPlatform } from '../../tests/support/platform.js';
import { statementsDuring } from '../../tests/support/subgraph.js';
import { eventually } from '../../tests/support/wait.js';
import { newCause } from '../events/envelope.js';
import type { Identity, RoleGrant } from '../identity/identity.js';
import { newId } from '../ids.js';
import { accountUrl } from './access-roles.js';
import { type OpenDatabase, openDatabase } from './database.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

let platform: Awaited<ReturnType<typeof openTestPlatform>>;
let fresh: FreshDatabase;
let database: OpenDatabase<PrismaClient, Transaction>;

beforeAll(async () => {
  platform = await openTestPlatform();
  fresh = await freshDatabase('menu');
  await seedMenu(fresh.url);
  database = openDatabase<Transaction, PrismaClient>({
    source: 'menu',
    url: fresh.url,
    bus: platform.bus,
    callerConnections: 2,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
  await platform.drop();
});

const [ours] = CATALOGUE.outlets;
const theirs = CATALOGUE.outlets.find(({ franchiseId }) => franchiseId !== ours?.franchiseId);
const [item] = CATALOGUE.menuItems;
if (!ours || !theirs || !item) throw new Error('The demo chain has outlets of two franchises and a menu.');

const person = (grant: RoleGrant): Identity => ({ customerId: newId(), roles: [grant] });
const MANAGER = person({ role: 'MANAGER', outletId: ours.id, franchiseId: null });
const OWNER = person({ role: 'OWNER', outletId: null, franchiseId: ours.franchiseId });
const HQ = person({ role: 'HQ', outletId: null, franchiseId: null });

const present = () => database.prisma.outletPrice.count();

const settings = `SELECT current_user::text AS role, current_setting('kedai.customer_id', true) AS customer,
  current_setting('kedai.outlet_ids', true) AS outlets, current_setting('kedai.franchise_ids', true) AS franchises`;

describe("a caller's reads", () => {
  it('run as the tenant role, with the tenants where the caller holds a role', async () => {
    const { rows } = await database.as(MANAGER).pool.query(settings);
    expect(rows).toEqual([
      { role: 'kedai_menu_tenant', customer: MANAGER.customerId, outlets: `{${ours.id}}`, franchises: '{}' },
    ]);
    const owner = await database.as(OWNER).pool.query(settings);
    expect(owner.rows[0]).toMatchObject({ outlets: '{}', franchises: `{${ours.franchiseId}}` });
  });

  it('run as the chain role for head office', async () => {
    const { rows } = await database.as(HQ).pool.query(settings);
    expect(rows[0]).toMatchObject({ role: 'kedai_menu_chain' });
  });

  it('share one transaction, by Prisma and by hand', async () => {
    const statements = await statementsDuring(async () => {
      const { prisma, pool } = database.as(MANAGER);
      await Promise.all([prisma.outlet.count(), pool.query('SELECT count(*) FROM outlet_price')]);
      await prisma.outletPrice.count();
    });
    expect(statements.filter((text) => text.startsWith('BEGIN'))).toHaveLength(1);
  });

  it('leave no role or tenant behind on the connection', async () => {
    for (let read = 0; read < 4; read += 1) {
      await database.as(MANAGER).pool.query(settings);
      const { rows } = await database.as({ customerId: null, roles: [] }).pool.query(settings);
      expect(rows[0]).toMatchObject({ customer: '', outlets: '{}', franchises: '{}' });
    }
  });

  it('cannot write', async () => {
    const write = database.as(HQ).pool.query('DELETE FROM outlet_price');
    await expect(write).rejects.toMatchObject({ code: '25006' });
  });

  it('go on after one that failed', async () => {
    const { pool, prisma } = database.as(MANAGER);
    await expect(pool.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
    expect(await prisma.outlet.count()).toBe(CATALOGUE.outlets.length);
  });

  it('go on beside one that failed', async () => {
    const reads = database.as(MANAGER);
    const results = await Promise.allSettled([
      reads.prisma.outletPrice.count(),
      reads.pool.query('SELECT 1 / 0'),
      reads.pool.query('SELECT 2 AS two'),
      reads.prisma.outletPrice.count(),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: '22012' } });
    expect(results[2]).toMatchObject({ value: { rows: [{ two: 2 }] } });
  });

  it('go on when the connection of their transaction is lost during another', async () => {
    const reads = database.as(MANAGER);
    const isLost = expect(reads.pool.query('SELECT pg_sleep(600)')).rejects.toMatchObject({ code: '57P01' });
    const behind = reads.prisma.outletPrice.count();
    const owner = new pg.Client({ connectionString: fresh.url });
    await owner.connect();
    try {
      await eventually(async () => {
        const { rows } = await owner.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'`,
        );
        expect(rows).toHaveLength(1);
      });
    } finally {
      await owner.end();
    }
    await isLost;
    expect(await behind).toBeGreaterThan(0);
  });

  it('wait for a connection where all are in use, and none is lost', async () => {
    const reads = Array.from({ length: 20 }, () => database.as(MANAGER).pool.query('SELECT pg_sleep(0.01)'));
    await Promise.all(reads);
    expect(await database.as(MANAGER).prisma.outlet.count()).toBe(CATALOGUE.outlets.length);
  });

  it('may not see what is nobody’s', async () => {
    await expect(database.as(HQ).pool.query('SELECT FROM inbox')).rejects.toMatchObject({ code: '42501' });
  });
});

describe("a caller's writes", () => {
  const price = (outlet: { id: string }) => ({ menuItemId: item.id, outletId: outlet.id });

  it('change rows of their own tenants', async () => {
    await database
      .as(MANAGER)
      .work(
        newCause(),
        ({ tx }) =>
          tx.$executeRaw`UPDATE outlet_price SET version = version + 1 WHERE outlet_id = ${ours.id}::uuid`,
      );
    const rows = await database.prisma.outletPrice.findMany({ where: { outletId: ours.id } });
    for (const { version } of rows) expect(version).toBe(2);
  });

  it('change no other row, and insert none', async () => {
    const changed = await database
      .as(MANAGER)
      .work(
        newCause(),
        ({ tx }) =>
          tx.$executeRaw`UPDATE outlet_price SET version = version + 1 WHERE outlet_id <> ${ours.id}::uuid`,
      );
    expect(changed).toBe(0);
    const before = await present();
    const insert = database.as(MANAGER).work(newCause(), ({ tx }) =>
      tx.outletPrice.create({
        data: { ...price(theirs), franchiseId: theirs.franchiseId, isOffered: false, version: 1 },
      }),
    );
    await expect(insert).rejects.toThrow();
    expect(await present()).toBe(before);
  });
});

describe('the accounts', () => {
  it('may do nothing on a connection of their own before they take a role', async () => {
    const client = new pg.Client({ connectionString: accountUrl(fresh.url, 'menu', 'requests') });
    await client.connect();
    try {
      await expect(client.query('SELECT FROM outlet')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query('SET ROLE kedai_menu_worker')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });
});
