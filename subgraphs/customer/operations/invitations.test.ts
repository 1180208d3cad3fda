import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  OTHER_OUTLET,
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

const INVITATION = 'invitation { id email role outletId franchiseId expiresAt } userErrors { code field }';
const BARISTA = { role: 'BARISTA', outletId: STAFFED_OUTLET_ID };
const franchiseId = CATALOGUE.outlets.find(({ id }) => id === STAFFED_OUTLET_ID)?.franchiseId;

const invite = (identity: Identity, email: string, offer: object = BARISTA) =>
  customer.run(
    identity,
    `mutation ($input: InviteStaffInput!) { inviteStaff(input: $input) { ${INVITATION} } }`,
    { input: { email, ...offer } },
  );
const accept = (identity: Identity, token: string, more: { name?: string; password?: string } = {}) =>
  customer.run(
    identity,
    `mutation ($token: String!, $name: String, $password: String) {
       acceptInvitation(token: $token, name: $name, password: $password) { ${INVITATION} } }`,
    { token, ...more },
  );
const withdraw = (identity: Identity, invitationId: string) =>
  customer.run(
    identity,
    `mutation ($invitationId: ID!) { revokeInvitation(invitationId: $invitationId) { ${INVITATION} } }`,
    { invitationId },
  );
const revokeRole = (identity: Identity, input: object) =>
  customer.run(
    identity,
    'mutation ($input: RevokeRoleInput!) { revokeRole(input: $input) { userErrors { code } } }',
    { input },
  );

const anAddress = () => `${newId()}@kedai.test`;
const invitedToken = (email: string) => tokenFor(customer, email, 'STAFF_INVITATION');
const LINK_INVALID = [{ code: 'LINK_INVALID', field: ['token'] }];

function at(result: ExecutionResult, ...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), result.data);
}

async function rolesOf(email: string): Promise<string[]> {
  const { rows } = await customer.pool.query<{ role: string }>(
    'SELECT role FROM role_grant JOIN customer ON customer.id = customer_id WHERE email = $1 ORDER BY role',
    [email],
  );
  return rows.map(({ role }) => role);
}

async function signUp(email: string): Promise<Identity & { customerId: string }> {
  const result = await customer.run(
    ANONYMOUS,
    'mutation ($input: SignUpInput!) { signUp(input: $input) { session { customer { id } } } }',
    { input: { email, password: 'kedai-lama', name: 'Tamu' } },
  );
  return { customerId: textAt(result, 'signUp', 'session', 'customer', 'id'), roles: [] };
}

async function signsIn(email: string, password: string): Promise<boolean> {
  const result = await customer.run(
    ANONYMOUS,
    'mutation ($input: SignInInput!) { signIn(input: $input) { session { refreshToken } } }',
    { input: { email, password } },
  );
  return at(result, 'signIn', 'session') !== null;
}

describe('inviting', () => {
  test('managers invite baristas to their outlets, owners managers to theirs, head office everybody', async () => {
    const manager = { ...BARISTA, role: 'MANAGER' };
    const elsewhere = { role: 'BARISTA', outletId: OTHER_OUTLET.id };
    const owner = { role: 'OWNER', franchiseId };
    const outcomes = async (identity: Identity) => {
      const found: unknown[] = [];
      for (const offer of [BARISTA, manager, elsewhere, owner, { role: 'HQ' }]) {
        const result = await invite(identity, anAddress(), offer);
        found.push(codesOf(result)[0] ?? at(result, 'inviteStaff', 'invitation', 'role'));
      }
      return found;
    };
    expect(await outcomes(BUDI)).toEqual(['BARISTA', 'FORBIDDEN', 'NOT_FOUND', 'FORBIDDEN', 'FORBIDDEN']);
    expect(await outcomes(DEWI)).toEqual(['BARISTA', 'MANAGER', 'NOT_FOUND', 'FORBIDDEN', 'FORBIDDEN']);
    expect(await outcomes(HQ)).toEqual(['BARISTA', 'MANAGER', 'BARISTA', 'OWNER', 'HQ']);
    for (const identity of [SARI, RINA])
      expect(codesOf(await invite(identity, anAddress()))).toEqual(['FORBIDDEN']);
    expect(codesOf(await invite(ANONYMOUS, anAddress()))).toEqual(['UNAUTHENTICATED']);
  });

  test('answers the same whether there is an account or not', async () => {
    const [known, unknown] = [anAddress(), anAddress()];
    await signUp(known);
    const answers = await Promise.all([known, unknown].map((email) => invite(BUDI, email)));
    const shown = answers.map((one) => ({
      ...Object(at(one, 'inviteStaff', 'invitation')),
      ...{ id: '', email: '', expiresAt: '' },
    }));
    expect(shown[0]).toEqual(shown[1]);
    expect((await mailsTo(customer, known)).slice(1)).toMatchObject([
      { kind: 'STAFF_INVITATION', facts: { role: 'BARISTA', invitedBy: 'Budi Santoso' } },
    ]);
    expect(await mailsTo(customer, unknown)).toHaveLength(1);
  });

  test('again withdraws the former invitation', async () => {
    const email = anAddress();
    await invite(BUDI, email);
    const first = await invitedToken(email);
    await invite(DEWI, email);
    const more = { name: 'Ayu', password: 'kedai-baru' };
    expect(at(await accept(ANONYMOUS, first, more), 'acceptInvitation', 'userErrors')).toEqual(LINK_INVALID);
    expect(
      at(await accept(ANONYMOUS, await invitedToken(email), more), 'acceptInvitation', 'userErrors'),
    ).toEqual([]);
  });
});

describe('accepting', () => {
  test('opens an account for a person who has none, with the name and password given, once', async () => {
    const email = anAddress();
    await invite(BUDI, email);
    const token = await invitedToken(email);
    expect(at(await accept(ANONYMOUS, token), 'acceptInvitation', 'userErrors')).toEqual([
      { code: 'INVALID_INPUT', field: ['name'] },
      { code: 'INVALID_INPUT', field: ['password'] },
    ]);
    const more = { name: 'Ayu', password: 'kedai-baru' };
    const accepted = await Promise.all([1, 2].map(() => accept(ANONYMOUS, token, more)));
    expect(accepted.map((one) => at(one, 'acceptInvitation', 'userErrors'))).toContainEqual([]);
    expect(await rolesOf(email)).toEqual(['BARISTA']);
    expect(await signsIn(email, 'kedai-baru')).toBe(true);
    expect(at(await accept(ANONYMOUS, token, more), 'acceptInvitation', 'userErrors')).toEqual(LINK_INVALID);
  });

  test('gives the role to an account whose address was verified, or that is the caller’s', async () => {
    await invite(BUDI, 'rina@kedai.test');
    expect(
      at(
        await accept(ANONYMOUS, await invitedToken('rina@kedai.test')),
        'acceptInvitation',
        'invitation',
        'role',
      ),
    ).toBe('BARISTA');
    expect(await rolesOf('rina@kedai.test')).toEqual(['BARISTA']);
    const email = anAddress();
    const identity = await signUp(email);
    await invite(BUDI, email);
    await accept(identity, await invitedToken(email));
    expect(await rolesOf(email)).toEqual(['BARISTA']);
    expect(await signsIn(email, 'kedai-lama')).toBe(true);
  });

  test('takes an account that somebody else may have opened away from them', async () => {
    const email = anAddress();
    await signUp(email);
    await invite(BUDI, email);
    const token = await invitedToken(email);
    expect(at(await accept(ANONYMOUS, token), 'acceptInvitation', 'userErrors')).toEqual([
      { code: 'INVALID_INPUT', field: ['password'] },
    ]);
    expect(await rolesOf(email)).toEqual([]);
    await accept(ANONYMOUS, token, { password: 'kedai-baru' });
    expect(await rolesOf(email)).toEqual(['BARISTA']);
    expect(await signsIn(email, 'kedai-lama')).toBe(false);
    expect(await signsIn(email, 'kedai-baru')).toBe(true);
  });

  test('is refused once the invitation has expired, was withdrawn, or its inviter may not invite any more', async () => {
    const [expired, withdrawn, dismissed] = [anAddress(), anAddress(), anAddress()];
    const more = { name: 'Ayu', password: 'kedai-baru' };
    await invite(DEWI, expired);
    await customer.pool.query('UPDATE account_link SET expires_at = now() WHERE email = $1', [expired]);
    const id = textAt(await invite(DEWI, withdrawn), 'inviteStaff', 'invitation', 'id');
    for (const identity of [SARI, RINA]) expect(codesOf(await withdraw(identity, id))).toEqual(['FORBIDDEN']);
    await withdraw(BUDI, id);
    expect(codesOf(await withdraw(BUDI, id))).toEqual(['NOT_FOUND']);
    await invite(BUDI, dismissed);
    const { rows } = await customer.pool.query(
      "DELETE FROM role_grant WHERE customer_id = $1 AND role = 'MANAGER' RETURNING *",
      [BUDI.customerId],
    );
    for (const email of [expired, withdrawn, dismissed]) {
      const answer = await accept(ANONYMOUS, await invitedToken(email), more);
      expect(at(answer, 'acceptInvitation', 'userErrors')).toEqual(LINK_INVALID);
      expect(await rolesOf(email)).toEqual([]);
    }
    const [held] = rows;
    await customer.pool.query(
      'INSERT INTO role_grant (id, customer_id, role, outlet_id, franchise_id) VALUES ($1, $2, $3, $4, $5)',
      [held.id, held.customer_id, held.role, held.outlet_id, held.franchise_id],
    );
  });
});

describe('staff', () => {
  const list = (identity: Identity, args = '') =>
    customer.run(
      identity,
      `{ staff${args} { nodes { name role outletId customer { id email } } totalCount } }`,
    );
  const namesOf = (result: ExecutionResult) => {
    const nodes = at(result, 'staff', 'nodes');
    return Array.isArray(nodes) ? nodes.map(({ name, role }) => `${name} ${role}`) : [];
  };

  test('are listed to those who hire there, without their addresses to a manager', async () => {
    const shown = namesOf(await list(BUDI, `(role: MANAGER, scope: { outletId: "${STAFFED_OUTLET_ID}" })`));
    expect(shown).toEqual(['Budi Santoso MANAGER']);
    expect(namesOf(await list(BUDI))).toContain('Sari Lestari BARISTA');
    expect(namesOf(await list(BUDI)).join()).not.toContain('HQ');
    expect(namesOf(await list(HQ)).join()).toContain('HQ');
    expect(codesOf(await list(BUDI, `(scope: { outletId: "${OTHER_OUTLET.id}" })`))).toEqual(['NOT_FOUND']);
    for (const identity of [SARI, RINA]) expect(codesOf(await list(identity))).toEqual(['FORBIDDEN']);
  });

  test('and open invitations are listed alike', async () => {
    const email = anAddress();
    await invite(DEWI, email, { ...BARISTA, role: 'MANAGER' });
    const open = (identity: Identity) =>
      customer.run(identity, '{ invitations(first: 100) { nodes { email role invitedBy { name } } } }');
    const shown = JSON.stringify((await open(DEWI)).data);
    expect(shown).toContain(email);
    expect(shown).toContain('Dewi');
    // A manager hires no manager.
    expect(JSON.stringify((await open(BUDI)).data)).not.toContain(email);
    expect(codesOf(await open(SARI))).toEqual(['FORBIDDEN']);
  });

  test('managers dismiss baristas of their outlets, and nobody else', async () => {
    const email = anAddress();
    await invite(BUDI, email);
    await accept(ANONYMOUS, await invitedToken(email), { name: 'Ayu', password: 'kedai-baru' });
    const { rows } = await customer.pool.query<{ id: string }>('SELECT id FROM customer WHERE email = $1', [
      email,
    ]);
    const customerId = rows[0]?.id ?? '';
    expect(
      codesOf(await revokeRole(BUDI, { customerId: BUDI.customerId, ...BARISTA, role: 'MANAGER' })),
    ).toEqual(['FORBIDDEN']);
    expect(codesOf(await revokeRole(SARI, { customerId, ...BARISTA }))).toEqual(['FORBIDDEN']);
    expect(at(await revokeRole(BUDI, { customerId, ...BARISTA }), 'revokeRole', 'userErrors')).toEqual([]);
    expect(await rolesOf(email)).toEqual([]);
  });
});
