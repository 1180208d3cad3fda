import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import type { TestSubgraph } from '../../../tests/support/subgraph.js';
import { type OwnCustomerDatabase, openCustomerDatabase } from '../store/database.js';
import { startTestCustomer } from '../testing/harness.js';
import { type AdminRequest, createAdmin } from './create-admin.js';

let customer: TestSubgraph;
let database: OwnCustomerDatabase;
beforeAll(async () => {
  customer = await startTestCustomer();
  const { config, bus } = customer.platform;
  database = openCustomerDatabase(config.databaseUrl('customer'), bus);
});
afterAll(async () => {
  await database.close();
  await customer.stop();
});

const create = (request: Omit<AdminRequest, 'hasDemo'>, { hasDemo = true } = {}) =>
  createAdmin(database, newCause(), { ...request, hasDemo });

/** The codes of the refusal; none where it succeeds. */
async function signIn(email: string, password: string): Promise<unknown> {
  const { data } = await customer.run(
    ANONYMOUS,
    'mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }',
    { input: { email, password } },
  );
  return data?.signIn;
}

async function rolesOf(email: string): Promise<unknown[]> {
  const { rows } = await customer.pool.query(
    'SELECT role, granted_by FROM role_grant JOIN customer ON customer.id = customer_id WHERE email = $1',
    [email],
  );
  return rows;
}

async function isOpen(linkId: string | undefined): Promise<boolean> {
  const { rows } = await customer.pool.query(
    `SELECT FROM account_link WHERE id = $1 AND purpose = 'reset' AND revoked_at IS NULL AND used_at IS NULL AND expires_at > now()`,
    [linkId],
  );
  return rows.length === 1;
}

describe('createAdmin', () => {
  it('makes an account that is head office and has a link in place of a password', async () => {
    const email = `${newId()}@kopi.example`;
    const made = await create({ email: ` ${email.toUpperCase()} `, name: 'Ibu Tari' });
    expect(made).toMatchObject({ email, done: 'CREATED' });
    expect(await rolesOf(email)).toEqual([{ role: 'HQ', granted_by: null }]);
    expect(await isOpen(made.link?.id)).toBe(true);
    for (const password of ['anything at all', '']) {
      expect(await signIn(email, password)).toEqual({ userErrors: [{ code: 'INVALID_CREDENTIALS' }] });
    }
  });

  it('records it, with the account itself as the actor', async () => {
    const email = `${newId()}@kopi.example`;
    await create({ email });
    const { rows } = await customer.pool.query(
      `SELECT type, data FROM outbox
       WHERE (SELECT id::text FROM customer WHERE email = $1) IN (data->>'actorId', data->>'customerId') ORDER BY type`,
      [email],
    );
    expect(rows).toMatchObject([
      { type: 'change.recorded', data: { action: 'createAdmin', after: { role: 'HQ' } } },
      { type: 'customer.contact-changed', data: { email, isVerified: false } },
      { type: 'customer.registered', data: { name: 'Head office' } },
      { type: 'customer.roles-changed', data: { roles: [{ role: 'HQ' }] } },
    ]);
  });

  it('makes a new link for an account that is head office, and ends the former', async () => {
    const email = `${newId()}@kopi.example`;
    const first = await create({ email });
    const second = await create({ email });
    expect(second.done).toBe('RENEWED');
    expect([await isOpen(first.link?.id), await isOpen(second.link?.id)]).toEqual([false, true]);
    expect(await rolesOf(email)).toHaveLength(1);
  });

  it('makes one account of two requests at once', async () => {
    const email = `${newId()}@kopi.example`;
    const made = await Promise.all([create({ email }), create({ email })]);
    expect(made.map(({ done }) => done).toSorted()).toEqual(['CREATED', 'RENEWED']);
  });

  it('promotes an account that somebody has opened only where that is asked for; it keeps its password', async () => {
    await expect(create({ email: 'rina@kedai.test' })).rejects.toMatchObject({
      userErrors: [{ code: 'INVALID_STATE' }],
    });
    expect(await rolesOf('rina@kedai.test')).toEqual([]);
    expect(await create({ email: 'rina@kedai.test', grants: true })).toMatchObject({
      ...{ done: 'GRANTED', link: null },
    });
    expect(await rolesOf('rina@kedai.test')).toEqual([{ role: 'HQ', granted_by: null }]);
    expect(await signIn('rina@kedai.test', 'kedai-demo')).toEqual({ userErrors: [] });
  });

  it('refuses an account of the demo where that may not sign in', async () => {
    await expect(create({ email: 'hq@kedai.test' }, { hasDemo: false })).rejects.toMatchObject({
      userErrors: [{ code: 'INVALID_STATE' }],
    });
  });

  it('refuses what is no address', async () => {
    await expect(create({ email: 'owner' })).rejects.toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT' }],
    });
  });
});
