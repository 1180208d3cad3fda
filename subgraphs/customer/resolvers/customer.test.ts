import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, statementsDuring, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { BUDI, DEWI, HQ, makeGuest, RINA, SARI, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
  await makeGuest(customer, RINA);
});
afterAll(() => customer.stop());

const signUp = (input: Record<string, unknown>) =>
  customer.run(
    ANONYMOUS,
    `mutation ($input: SignUpInput!) { signUp(input: $input) {
       session { accessToken customer { id email name phone roles { role } loyalty { tier points } notifications { nodes { id } unreadCount } } }
       userErrors { code field message } } }`,
    { input: { email: `${newId()}@kedai.test`, password: 'sepuluh-huruf', name: 'Ayu', ...input } },
  );
const updateProfile = (identity: Identity, input: Record<string, unknown>) =>
  customer.run(
    identity,
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { customer { name phone } userErrors { code field } } }',
    { input },
  );

describe('signing up', () => {
  test('opens an account, signs in, and is published', async () => {
    const result = await signUp({ email: ' Ayu@Kedai.test ', phone: '+62 812-1111-2222' });
    expect(result).toMatchObject({
      data: {
        signUp: {
          session: {
            accessToken: expect.any(String),
            customer: {
              email: 'ayu@kedai.test',
              name: 'Ayu',
              phone: '+6281211112222',
              roles: [{ role: 'CUSTOMER' }],
              loyalty: { tier: 'BRONZE', points: 0 },
              notifications: { nodes: [], unreadCount: 0 },
            },
          },
          userErrors: [],
        },
      },
    });
    const customerId = textAt(result, 'signUp', 'session', 'customer', 'id');
    const { rows } = await customer.pool.query('SELECT type, data FROM outbox WHERE aggregate_id = $1', [
      customerId,
    ]);
    expect(rows).toEqual([
      {
        type: 'customer.contact-changed',
        data: { customerId, email: 'ayu@kedai.test', name: 'Ayu', language: 'id', isVerified: false },
      },
      { type: 'customer.registered', data: { customerId, name: 'Ayu' } },
      { type: 'customer.phone-changed', data: { customerId, phone: '+6281211112222' } },
    ]);
  });

  test('stores no password', async () => {
    const email = `${newId()}@kedai.test`;
    await signUp({ email, password: 'rahasia-sekali' });
    const { rows } = await customer.pool.query('SELECT * FROM customer WHERE email = $1', [email]);
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$/);
    expect(JSON.stringify(rows)).not.toContain('rahasia-sekali');
  });

  test('is refused for an e-mail that has an account, also in capitals and at once', async () => {
    const result = await signUp({ email: 'RINA@kedai.test' });
    expect(result.data).toMatchObject({
      signUp: { session: null, userErrors: [{ code: 'ALREADY_EXISTS', field: ['email'] }] },
    });
    const email = `${newId()}@kedai.test`;
    const results = await Promise.all(Array.from({ length: 5 }, () => signUp({ email })));
    expect(results.filter(({ data }) => JSON.stringify(data).includes('ALREADY_EXISTS'))).toHaveLength(4);
    const { rows } = await customer.pool.query('SELECT count(*)::int FROM customer WHERE email = $1', [
      email,
    ]);
    expect(rows).toEqual([{ count: 1 }]);
  });

  test.each([
    ['email', { email: 'ayu' }],
    ['password', { password: 'tujuh77' }],
    ['name', { name: ' ' }],
    ['phone', { phone: '0812' }],
  ])('with a wrong %s names the field', async (field, input) => {
    expect((await signUp(input)).data).toMatchObject({
      signUp: { session: null, userErrors: [{ code: 'INVALID_INPUT', field: [field] }] },
    });
  });
});

describe('me', () => {
  test('is the caller', async () => {
    const result = await customer.run(BUDI, '{ me { id email phone roles { role outletId franchiseId } } }');
    expect(result.data).toMatchObject({
      me: {
        id: BUDI.customerId,
        email: 'budi@kedai.test',
        phone: expect.any(String),
        roles: [...BUDI.roles],
      },
    });
  });

  test('is null for anonymous callers', async () => {
    const result = await customer.run(ANONYMOUS, '{ me { id } }');
    expect(result.data).toEqual({ me: null });
    expect(codesOf(result)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('the profile', () => {
  test('changes what is given, and deletes a phone that is null', async () => {
    expect((await updateProfile(SARI, { name: 'Sari L.' })).data).toMatchObject({
      updateProfile: { customer: { name: 'Sari L.', phone: expect.stringMatching(/^\+62/) } },
    });
    expect((await updateProfile(SARI, { phone: null })).data).toEqual({
      updateProfile: { customer: { name: 'Sari L.', phone: null }, userErrors: [] },
    });
  });

  test.each(['6281234567890', '0812-3456-7890', '+62 812 3456 7890', '+62 (0)812-3456-7890'])(
    'takes the phone number %s as people write it',
    async (phone) => {
      expect((await updateProfile(SARI, { phone })).data).toMatchObject({
        updateProfile: { customer: { phone: '+6281234567890' }, userErrors: [] },
      });
    },
  );

  test('is not changed to invalid values', async () => {
    const result = await updateProfile(SARI, { name: '', phone: '1' });
    expect(result.data).toMatchObject({
      updateProfile: { customer: null, userErrors: [{ field: ['name'] }, { field: ['phone'] }] },
    });
  });
});

describe('a customer, as other subgraphs refer to one', () => {
  const ENTITIES = `query ($representations: [_Any!]!, $email: Boolean!, $loyalty: Boolean!) { _entities(representations: $representations) {
    ... on Customer { id name phone roles { role } loyalty @include(if: $loyalty) { points } email @include(if: $email) } } }`;
  const refer = (
    identity: Identity,
    ids: readonly string[],
    { email = false, loyalty = false }: { readonly email?: boolean; readonly loyalty?: boolean } = {},
  ) =>
    customer.run(identity, ENTITIES, {
      ...{ email, loyalty },
      representations: ids.map((id) => ({ __typename: 'Customer', id })),
    });

  test('is seen by the person, by staff of where they have ordered and by head office alone', async () => {
    for (const identity of [RINA, SARI, DEWI, HQ]) {
      expect((await refer(identity, [RINA.customerId], { loyalty: true })).data).toMatchObject({
        _entities: [{ name: 'Rina Wulandari', phone: expect.any(String), loyalty: { points: 0 } }],
      });
    }
    for (const identity of [ANONYMOUS, { ...RINA, customerId: newId() }]) {
      expect(await refer(identity, [RINA.customerId])).toEqual({ data: { _entities: [null] } });
    }
  });

  test('shows the e-mail to the person and head office alone', async () => {
    for (const identity of [RINA, HQ]) {
      expect((await refer(identity, [RINA.customerId], { email: true })).data).toMatchObject({
        _entities: [{ email: 'rina@kedai.test' }],
      });
    }
    const result = await refer(SARI, [RINA.customerId], { email: true });
    expect(result.data).toMatchObject({ _entities: [{ name: 'Rina Wulandari', email: null }] });
    expect(codesOf(result)).toEqual(['FORBIDDEN']);
  });

  test("shows an owner the roles at the owner's places alone", async () => {
    const elsewhere = newId();
    await customer.pool.query(
      "INSERT INTO role_grant (id, customer_id, role, outlet_id, franchise_id) VALUES ($1, $2, 'BARISTA', $3, $4)",
      [newId(), BUDI.customerId, newId(), elsewhere],
    );
    const rolesSeenBy = async (identity: Identity) =>
      JSON.stringify((await refer(identity, [BUDI.customerId])).data);
    expect(await rolesSeenBy(DEWI)).toContain('MANAGER');
    expect(await rolesSeenBy(DEWI)).not.toContain('BARISTA');
    expect(await rolesSeenBy(HQ)).toContain('BARISTA');
    expect(await rolesSeenBy(SARI)).not.toContain('MANAGER');
  });

  test('that does not exist is null', async () => {
    expect(await refer(HQ, [newId(), 'nonsense'])).toEqual({ data: { _entities: [null, null] } });
  });

  test('costs one query for each type, however many there are', async () => {
    const ids = [RINA, SARI, BUDI, DEWI, HQ].map(({ customerId }) => customerId);
    const statements = await statementsDuring(() => refer(HQ, ids, { loyalty: true }));
    for (const table of ['customer', 'role_grant', 'loyalty_account']) {
      const reads = statements.filter((sql) => sql.includes(`FROM "public"."${table}"`));
      expect([table, reads.length]).toEqual([table, 1]);
    }
  });
});
