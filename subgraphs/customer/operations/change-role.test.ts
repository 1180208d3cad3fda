import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import {
  BUDI,
  DEWI,
  HQ,
  mailsTo,
  makeGuest,
  RINA,
  SARI,
  startTestCustomer,
  tokenFor,
} from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

const [own, foreign] = CATALOGUE.franchises;
const foreignOutlet = CATALOGUE.outlets.find(({ franchiseId }) => franchiseId === foreign?.id);
const otherOwnOutlet = CATALOGUE.outlets.find(
  ({ id, franchiseId }) => franchiseId === own?.id && id !== STAFFED_OUTLET_ID,
);

/** Sari works at an outlet, Rina nowhere. */
const BARISTA = { role: 'BARISTA', outletId: STAFFED_OUTLET_ID };
const MANAGER = { role: 'MANAGER', outletId: STAFFED_OUTLET_ID };

beforeEach(async () => {
  await customer.pool.query(
    `DELETE FROM role_grant WHERE customer_id = $1 OR customer_id = $2 AND (role <> 'BARISTA' OR outlet_id <> $3)`,
    [RINA.customerId, SARI.customerId, STAFFED_OUTLET_ID],
  );
  await customer.pool.query('DELETE FROM revocation');
});

const PAYLOAD = 'customer { id roles { role outletId franchiseId } } userErrors { code field }';
const INVITATION = 'invitation { email role outletId franchiseId }';
const grant = (identity: Identity, input: Record<string, unknown>) =>
  customer.run(
    identity,
    `mutation ($input: GrantRoleInput!) { grantRole(input: $input) { ${PAYLOAD} ${INVITATION} } }`,
    { input: { customerId: SARI.customerId, ...input } },
  );
const grantByEmail = (identity: Identity, email: string, input: Record<string, unknown>) =>
  grant(identity, { ...input, customerId: null, email });
const revoke = (identity: Identity, input: Record<string, unknown>) =>
  customer.run(identity, `mutation ($input: RevokeRoleInput!) { revokeRole(input: $input) { ${PAYLOAD} } }`, {
    input: { customerId: SARI.customerId, ...input },
  });

/** As if the person had accepted an invitation. */
async function employ(
  { customerId }: { readonly customerId: string },
  role: string,
  place: { readonly outletId?: string | undefined; readonly franchiseId?: string | undefined },
): Promise<void> {
  await customer.pool.query(
    'INSERT INTO role_grant (id, customer_id, role, outlet_id, franchise_id) VALUES ($1, $2, $3, $4, $5)',
    [newId(), customerId, role, place.outletId ?? null, place.franchiseId ?? null],
  );
}
const atStaffed = { outletId: STAFFED_OUTLET_ID, franchiseId: own?.id };

async function rolesOf({ customerId }: { readonly customerId: string }): Promise<string[]> {
  const { rows } = await customer.pool.query<{ role: string }>(
    'SELECT role FROM role_grant WHERE customer_id = $1 ORDER BY id',
    [customerId],
  );
  return rows.map(({ role }) => role);
}

const invited = (email: string, role: Record<string, unknown>) => ({
  customer: null,
  invitation: { email, ...role, franchiseId: own?.id },
  userErrors: [],
});

async function signedUp(): Promise<string> {
  const input = {
    email: `${newId()}@kedai.test`,
    password: 'kopi susu',
    name: 'Tamu',
    phone: '+6281200000001',
  };
  const made = await customer.run(
    ANONYMOUS,
    'mutation ($input: SignUpInput!) { signUp(input: $input) { session { customer { id } } } }',
    { input },
  );
  return String(textAt(made, 'signUp', 'session', 'customer', 'id'));
}

test('each change of roles is published with all that the account holds then, in order', async () => {
  const published = async () =>
    (
      await customer.pool.query<{ data: { roles: { role: string }[] } }>(
        `SELECT data FROM (SELECT type, aggregate_id, aggregate_version, data FROM outbox
           UNION SELECT type, aggregate_id, aggregate_version, data FROM event_log) AS event
         WHERE type = 'customer.roles-changed' AND aggregate_id = $1 ORDER BY aggregate_version`,
        [SARI.customerId],
      )
    ).rows.map(({ data }) => data.roles);
  const before = (await published()).length;
  await grant(DEWI, MANAGER);
  await revoke(DEWI, MANAGER);
  const barista = expect.objectContaining(BARISTA);
  expect((await published()).slice(before)).toEqual([[barista, expect.objectContaining(MANAGER)], [barista]]);
});

describe('granting a role', () => {
  test('gives who works for the owner another one at once, by id or by e-mail', async () => {
    expect((await grant(DEWI, MANAGER)).data).toEqual({
      grantRole: {
        customer: {
          id: SARI.customerId,
          roles: [
            { role: 'CUSTOMER', outletId: null, franchiseId: null },
            { ...BARISTA, franchiseId: null },
            { ...MANAGER, franchiseId: null },
          ],
        },
        invitation: null,
        userErrors: [],
      },
    });
    const elsewhere = { role: 'BARISTA', outletId: otherOwnOutlet?.id };
    const byEmail = await grantByEmail(DEWI, 'SARI@kedai.test', elsewhere);
    expect(textAt(byEmail, 'grantRole', 'customer', 'id')).toBe(SARI.customerId);
    expect(await rolesOf(SARI)).toEqual(['BARISTA', 'MANAGER', 'BARISTA']);
  });

  test('gives every role at once to any account, for head office', async () => {
    for (const input of [MANAGER, { role: 'OWNER', franchiseId: foreign?.id }, { role: 'HQ' }]) {
      expect(textAt(await grant(HQ, input), 'grantRole', 'customer', 'id')).toBe(SARI.customerId);
    }
    expect(await rolesOf(SARI)).toEqual(['BARISTA', 'MANAGER', 'OWNER', 'HQ']);
    const rina = { ...BARISTA, customerId: RINA.customerId };
    expect(textAt(await grant(HQ, rina), 'grantRole', 'customer', 'id')).toBe(RINA.customerId);
    const byEmail = await grantByEmail(HQ, 'rina@kedai.test', MANAGER);
    expect(textAt(byEmail, 'grantRole', 'customer', 'id')).toBe(RINA.customerId);
    expect(await rolesOf(RINA)).toEqual(['BARISTA', 'MANAGER']);
  });

  test('twice, also at once, grants it once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => grant(DEWI, MANAGER)));
    await Promise.all(Array.from({ length: 5 }, () => grant(HQ, { role: 'HQ' })));
    expect((await rolesOf(SARI)).toSorted()).toEqual(['BARISTA', 'HQ', 'MANAGER']);
  });

  test('that the caller may not grant is forbidden', async () => {
    for (const input of [{ role: 'HQ' }, { role: 'OWNER', franchiseId: own?.id }]) {
      expect(codesOf(await grant(DEWI, input))).toEqual(['FORBIDDEN']);
    }
    for (const identity of [RINA, SARI, BUDI])
      expect(codesOf(await grant(identity, MANAGER))).toEqual(['FORBIDDEN']);
    expect(codesOf(await grant(ANONYMOUS, MANAGER))).toEqual(['UNAUTHENTICATED']);
    expect(await rolesOf(SARI)).toEqual(['BARISTA']);
  });

  test("at another franchise's outlet looks like at one that does not exist", async () => {
    for (const outletId of [foreignOutlet?.id, newId(), 'nonsense']) {
      const result = await grant(DEWI, { role: 'BARISTA', outletId });
      expect(result.data).toEqual({ grantRole: null });
      expect(result.errors?.map(({ message }) => message)).toEqual(['Outlet not found']);
    }
    expect(await rolesOf(SARI)).toEqual(['BARISTA']);
  });

  test('invites anybody else, who has the role once they agree; whether there is an account is not said', async () => {
    const stranger = `${newId()}@kedai.test`;
    for (const [identity, email] of [
      [DEWI, 'rina@kedai.test'],
      [DEWI, stranger],
      [HQ, stranger],
    ] as const) {
      expect(await grantByEmail(identity, email, BARISTA)).toEqual({
        data: { grantRole: invited(email, BARISTA) },
      });
      expect((await mailsTo(customer, email)).at(-1)).toMatchObject({ kind: 'STAFF_INVITATION' });
    }
    // Who works for another franchise is a stranger, too.
    await employ(RINA, 'BARISTA', { outletId: foreignOutlet?.id, franchiseId: foreign?.id });
    expect(await grantByEmail(DEWI, 'rina@kedai.test', MANAGER)).toEqual({
      data: { grantRole: invited('rina@kedai.test', MANAGER) },
    });
    expect(await rolesOf(RINA)).toEqual(['BARISTA']);
    const accepted = await customer.run(
      ANONYMOUS,
      `mutation ($token: String!) { acceptInvitation(token: $token, name: "Baru", password: "kopi susu gula aren") {
         invitation { role } userErrors { code } } }`,
      { token: await tokenFor(customer, stranger, 'STAFF_INVITATION') },
    );
    expect(accepted).toEqual({
      data: { acceptInvitation: { invitation: { role: 'BARISTA' }, userErrors: [] } },
    });
  });

  test('names no account that an owner does not see', async () => {
    const rina = { ...BARISTA, customerId: RINA.customerId };
    for (const customerId of [RINA.customerId, newId(), 'nonsense'])
      expect(codesOf(await grant(DEWI, { ...BARISTA, customerId }))).toEqual(['NOT_FOUND']);
    for (const customerId of [newId(), 'nonsense'])
      expect(codesOf(await grant(HQ, { ...BARISTA, customerId }))).toEqual(['NOT_FOUND']);
    await makeGuest(customer, RINA);
    expect((await grant(DEWI, rina)).data).toMatchObject({
      grantRole: { customer: null, userErrors: [{ code: 'INVALID_INPUT', field: ['customerId'] }] },
    });
    await customer.pool.query('DELETE FROM outlet_guest WHERE customer_id = $1', [RINA.customerId]);
    expect(await rolesOf(RINA)).toEqual([]);
  });

  test('to an account that was deleted is NOT_FOUND, for head office, too', async () => {
    const customerId = await signedUp();
    const deletion = 'mutation { deleteAccount(password: "kopi susu") { userErrors { code } } }';
    await customer.run({ customerId, roles: [] }, deletion);
    expect(codesOf(await grant(HQ, { ...BARISTA, customerId }))).toEqual(['NOT_FOUND']);
  });

  test('takes back within an hour that this very role was revoked', async () => {
    await employ(RINA, 'BARISTA', atStaffed);
    const rina = { customerId: RINA.customerId };
    expect(textAt(await revoke(DEWI, { ...rina, ...BARISTA }), 'revokeRole', 'customer', 'id')).toBe(
      RINA.customerId,
    );
    expect((await grantByEmail(DEWI, 'rina@kedai.test', MANAGER)).data).toEqual({
      grantRole: invited('rina@kedai.test', MANAGER),
    });
    expect(textAt(await grant(DEWI, { ...rina, ...BARISTA }), 'grantRole', 'customer', 'id')).toBe(
      RINA.customerId,
    );
    await revoke(DEWI, { ...rina, ...BARISTA });
    const byEmail = await grantByEmail(DEWI, 'rina@kedai.test', BARISTA);
    expect(textAt(byEmail, 'grantRole', 'customer', 'id')).toBe(RINA.customerId);
    await revoke(DEWI, { ...rina, ...BARISTA });
    await customer.pool.query(`UPDATE revocation SET at = at - interval '61 minutes'`);
    expect((await grantByEmail(DEWI, 'rina@kedai.test', BARISTA)).data).toEqual({
      grantRole: invited('rina@kedai.test', BARISTA),
    });
    expect(await rolesOf(RINA)).toEqual([]);
  });

  test('to a person who is named twice, or by what is no address, is refused', async () => {
    for (const person of [
      { customerId: null },
      { email: 'rina@kedai.test' },
      { customerId: null, email: 'rina' },
    ]) {
      expect(textAt(await grant(HQ, { ...BARISTA, ...person }), 'grantRole', 'userErrors', 0, 'code')).toBe(
        'INVALID_INPUT',
      );
    }
  });

  test('at an outlet or franchise created a moment ago waits for its event', async () => {
    const [outletId, franchiseId] = [newId(), newId()];
    const granted = grant(HQ, { role: 'BARISTA', outletId });
    const owned = grant(HQ, { role: 'OWNER', franchiseId });
    await customer.deliver('customer.outlet-copy', {
      type: 'franchise.changed',
      aggregateId: franchiseId,
      aggregateVersion: 1,
      data: { franchiseId, name: 'Kedai Baru' },
    });
    await customer.deliver('customer.outlet-copy', {
      type: 'outlet.changed',
      aggregateId: outletId,
      aggregateVersion: 1,
      data: {
        ...{ outletId, franchiseId, name: 'Kedai Baru', city: 'Depok', address: 'Jl. 1' },
        ...{ phone: '+62215550199', timeZone: 'Asia/Jakarta' },
      },
    });
    expect(textAt(await granted, 'grantRole', 'customer', 'id')).toBe(SARI.customerId);
    expect(textAt(await owned, 'grantRole', 'customer', 'id')).toBe(SARI.customerId);
  });

  test('at a place that does not suit it is refused', async () => {
    const result = await grant(HQ, { role: 'OWNER', outletId: STAFFED_OUTLET_ID });
    expect(result.data).toMatchObject({
      grantRole: { userErrors: [{ code: 'INVALID_INPUT', field: ['outletId'] }] },
    });
  });
});

describe('revoking a role', () => {
  test('revokes that one alone', async () => {
    await grant(DEWI, MANAGER);
    expect(textAt(await revoke(DEWI, MANAGER), 'revokeRole', 'customer', 'id')).toBe(SARI.customerId);
    expect(await rolesOf(SARI)).toEqual(['BARISTA']);
  });

  test('shows the person, whom the owner no longer sees after it', async () => {
    await employ(RINA, 'BARISTA', atStaffed);
    expect((await revoke(DEWI, { ...BARISTA, customerId: RINA.customerId })).data).toEqual({
      revokeRole: {
        customer: { id: RINA.customerId, roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }] },
        userErrors: [],
      },
    });
    const result = await customer.run(
      DEWI,
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { name } } }',
      { of: [{ __typename: 'Customer', id: RINA.customerId }] },
    );
    expect(result).toEqual({ data: { _entities: [null] } });
  });

  test('that the person does not hold is refused, as of an address without an account', async () => {
    const refusalOf = (result: ExecutionResult) => Reflect.get(Object(result.data), 'revokeRole');
    const notHeld = { customer: null, userErrors: [{ code: 'NOT_FOUND', field: ['role'] }] };
    expect(refusalOf(await revoke(DEWI, MANAGER))).toEqual(notHeld);
    for (const email of ['rina@kedai.test', `${newId()}@kedai.test`]) {
      for (const identity of [DEWI, BUDI])
        expect(refusalOf(await revoke(identity, { ...BARISTA, customerId: null, email }))).toEqual(notHeld);
    }
    expect(codesOf(await revoke(DEWI, { ...BARISTA, customerId: RINA.customerId }))).toEqual(['NOT_FOUND']);
    const unknown = await revoke(HQ, { ...BARISTA, customerId: null, email: 'unknown@kedai.test' });
    expect(refusalOf(unknown)).toEqual({
      customer: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['email'] }],
    });
  });

  test('of another franchise, or one the caller may not grant, is refused and changes nothing', async () => {
    await employ(RINA, 'BARISTA', { outletId: foreignOutlet?.id, franchiseId: foreign?.id });
    await employ(RINA, 'HQ', {});
    const rina = { customerId: RINA.customerId };
    const foreignRole = { ...rina, role: 'BARISTA', outletId: foreignOutlet?.id };
    expect(codesOf(await revoke(DEWI, foreignRole))).toEqual(['NOT_FOUND']);
    expect(codesOf(await revoke(DEWI, { ...rina, role: 'HQ' }))).toEqual(['FORBIDDEN']);
    expect(await rolesOf(RINA)).toEqual(['BARISTA', 'HQ']);
  });

  test('head office cannot lock itself out', async () => {
    const result = await revoke(HQ, { customerId: HQ.customerId, role: 'HQ' });
    expect(textAt(result, 'revokeRole', 'userErrors', 0, 'code')).toBe('INVALID_STATE');
    expect(await rolesOf(HQ)).toEqual(['HQ']);
  });

  test('counts at the next refresh', async () => {
    await employ(RINA, 'BARISTA', atStaffed);
    const session = await customer.run(
      ANONYMOUS,
      'mutation { signIn(input: { email: "rina@kedai.test", password: "kedai-demo" }) { session { refreshToken customer { roles { role } } } } }',
    );
    expect(JSON.stringify(session.data)).toContain('BARISTA');
    await revoke(DEWI, { ...BARISTA, customerId: RINA.customerId });
    const refreshed = await customer.run(
      ANONYMOUS,
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { session { customer { roles { role } } } } }',
      { input: { refreshToken: textAt(session, 'signIn', 'session', 'refreshToken') } },
    );
    expect(refreshed.data).toEqual({
      refreshSession: { session: { customer: { roles: [{ role: 'CUSTOMER' }] } } },
    });
  });
});
