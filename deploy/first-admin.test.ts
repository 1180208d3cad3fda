import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserFault } from '../platform/errors.js';
import { linkTokens } from '../platform/identity/link-token.js';
import { seedCustomer } from '../prisma/seed/customer.js';
import { type FreshDatabase, freshDatabase, runAsOwner } from '../tests/support/database.js';
import { makeFirstAdmin, removeSecondFactor } from './first-admin.js';
import { readSettings } from './settings.js';

const SUBGRAPH_SECRET = 'a secret of at least thirty-two characters';

describe('a start with KEDAI_ADMIN_EMAIL', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase('customer');
  });
  afterAll(() => database.drop());

  const start = (settings: NodeJS.ProcessEnv = {}) =>
    makeFirstAdmin(
      readSettings({
        ...{ NODE_ENV: 'production', CUSTOMER_DATABASE_URL: database.url, SUBGRAPH_SECRET },
        ...{ PUBLIC_URL: 'https://kopi.example/app', KEDAI_ADMIN_EMAIL: 'owner@kopi.example', ...settings },
      }),
    );

  it('without it, says what can be done', async () => {
    expect(await start({ KEDAI_ADMIN_EMAIL: '' })).toContain('npm run admin -- create --email');
  });

  it('makes head office of an account that has none, and prints its link, also on a database with the demo', async () => {
    await seedCustomer(database.url);
    const words = (await start()) ?? '';
    const token = /^ {2}https:\/\/kopi\.example\/app\/reset\?token=(\S+)$/m.exec(words)?.[1];
    expect(linkTokens(SUBGRAPH_SECRET).linkId('reset', token ?? '')).toEqual(expect.any(String));
  });

  it('does so again until the password is set, and then no more', async () => {
    expect(await start()).toContain('owner@kopi.example is head office already. This link');
    await runAsOwner(
      database.url,
      `UPDATE customer SET password_hash = 'set' WHERE email = 'owner@kopi.example'`,
    );
    expect(await start()).toBeNull();
  });

  it('needs none where the demo is on: its head office may sign in', async () => {
    await runAsOwner(
      database.url,
      `UPDATE customer SET password_hash = '' WHERE email = 'owner@kopi.example'`,
    );
    expect(await start({ DEMO: 'on' })).toBeNull();
  });

  it('a second factor that was lost can be removed, and is removed once', async () => {
    const config = readSettings({ CUSTOMER_DATABASE_URL: database.url, SUBGRAPH_SECRET });
    await runAsOwner(
      database.url,
      `INSERT INTO second_factor (customer_id, sealed_secret, begun_at, confirmed_at)
       SELECT id, '', now(), now() FROM customer WHERE email = 'owner@kopi.example'`,
    );
    expect(await removeSecondFactor(config, ' Owner@Kopi.example')).toContain('password alone');
    for (const email of ['owner@kopi.example', 'nobody@kopi.example'])
      await expect(removeSecondFactor(config, email)).rejects.toThrow(UserFault);
  });

  it('makes nobody head office who has opened the account', async () => {
    expect(await start({ KEDAI_ADMIN_EMAIL: 'rina@kedai.test' })).toMatch(
      /^KEDAI_ADMIN_EMAIL makes no head office: /,
    );
  });
});
