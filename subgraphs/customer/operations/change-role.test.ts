import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { BUDI, DEWI, HQ, RINA, SARI, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());
beforeEach(() => customer.pool.query('DELETE FROM role_grant WHERE customer_id = $1', [RINA.customerId]));

const [own, foreign] = CATALOGUE.franchises;
const foreignOutlet = CATALOGUE.outlets.find(({ franchiseId }) => franchiseId === foreign?.id);

const PAYLOAD = 'customer { id roles { role outletId franchiseId } } userErrors { code field }';
const grant = (identity: Identity, input: Record<string, unknown>) =>
  customer.run(identity, `mutation ($input: GrantRoleInput!) { grantRole(input: $input) { ${PAYLOAD} } }`, {
    input: { customerId: RINA.customerId, ...input },
  });
const revoke = (identity: Identity, input: Record<string, unknown>) =>
  customer.run(identity, `mutation ($input: RevokeRoleInput!) { revokeRole(input: $input) { ${PAYLOAD} } }`, {
    input: { customerId: RINA.customerId, ...input },
  });

async function rolesOf(customerId: string): Promise<string[]> {
  const { rows } = await customer.pool.query<{ role: string }>(
    'SELECT role FROM role_grant WHERE customer_id = $1',
    [customerId],
  );
  return rows.map(({ role }) => role);
}

describe('granting a role', () => {
  const barista = { role: 'BARISTA', outletId: STAFFED_OUTLET_ID };

  test('an owner grants roles at outlets of the own franchise, by id or by e-mail', async () => {
    expect((await grant(DEWI, barista)).data).toEqual({
      grantRole: {
        customer: {
          id: RINA.customerId,
          roles: [
            { role: 'CUSTOMER', outletId: null, franchiseId: null },
            { ...barista, franchiseId: null },
          ],
        },
        userErrors: [],
      },
    });
    await grant(DEWI, {
      customerId: null,
      email: 'RINA@kedai.test',
      role: 'MANAGER',
      outletId: STAFFED_OUTLET_ID,
    });
    expect(await rolesOf(RINA.customerId)).toEqual(['BARISTA', 'MANAGER']);
  });

  test('head office grants every role', async () => {
    for (const input of [barista, { role: 'OWNER', franchiseId: foreign?.id }, { role: 'HQ' }]) {
      expect(textAt(await grant(HQ, input), 'grantRole', 'customer', 'id')).toBe(RINA.customerId);
    }
    expect(await rolesOf(RINA.customerId)).toEqual(['BARISTA', 'OWNER', 'HQ']);
  });

  test('twice, also at once, grants it once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => grant(DEWI, barista)));
    await Promise.all(Array.from({ length: 5 }, () => grant(HQ, { role: 'HQ' })));
    expect((await rolesOf(RINA.customerId)).toSorted()).toEqual(['BARISTA', 'HQ']);
  });

  test('that the caller may not grant is forbidden', async () => {
    for (const input of [{ role: 'HQ' }, { role: 'OWNER', franchiseId: own?.id }]) {
      expect(codesOf(await grant(DEWI, input))).toEqual(['FORBIDDEN']);
    }
    for (const identity of [RINA, SARI, BUDI])
      expect(codesOf(await grant(identity, barista))).toEqual(['FORBIDDEN']);
    expect(codesOf(await grant(ANONYMOUS, barista))).toEqual(['UNAUTHENTICATED']);
    expect(await rolesOf(RINA.customerId)).toEqual([]);
  });

  test("at another franchise's outlet looks like at one that does not exist", async () => {
    for (const outletId of [foreignOutlet?.id, newId(), 'nonsense']) {
      const result = await grant(DEWI, { role: 'BARISTA', outletId });
      expect(result.data).toEqual({ grantRole: null });
      expect(result.errors?.map(({ message }) => message)).toEqual(['Outlet not found']);
    }
    expect(await rolesOf(RINA.customerId)).toEqual([]);
  });

  test('to a person without an account is refused', async () => {
    for (const customerId of [newId(), 'nonsense']) {
      expect(codesOf(await grant(HQ, { ...barista, customerId }))).toEqual(['NOT_FOUND']);
    }
    const byEmail = await grant(HQ, { ...barista, customerId: null, email: 'unknown@kedai.test' });
    expect(byEmail.data).toMatchObject({
      grantRole: { userErrors: [{ code: 'NOT_FOUND', field: ['email'] }] },
    });
    for (const person of [
      { customerId: null },
      { email: 'rina@kedai.test' },
      { customerId: null, email: 'rina' },
    ]) {
      expect(textAt(await grant(HQ, { ...barista, ...person }), 'grantRole', 'userErrors', 0, 'code')).toBe(
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
    expect(textAt(await granted, 'grantRole', 'customer', 'id')).toBe(RINA.customerId);
    expect(textAt(await owned, 'grantRole', 'customer', 'id')).toBe(RINA.customerId);
  });

  test('at a place that does not suit it is refused', async () => {
    const result = await grant(HQ, { role: 'OWNER', outletId: STAFFED_OUTLET_ID });
    expect(result.data).toMatchObject({
      grantRole: { userErrors: [{ code: 'INVALID_INPUT', field: ['outletId'] }] },
    });
  });
});

describe('revoking a role', () => {
  const barista = { role: 'BARISTA', outletId: STAFFED_OUTLET_ID };

  test('revokes that one alone', async () => {
    await grant(DEWI, barista);
    await grant(DEWI, { ...barista, role: 'MANAGER' });
    expect(textAt(await revoke(DEWI, barista), 'revokeRole', 'customer', 'id')).toBe(RINA.customerId);
    expect(await rolesOf(RINA.customerId)).toEqual(['MANAGER']);
  });

  test('shows the person, whom the owner no longer sees after it', async () => {
    await grant(DEWI, barista);
    expect((await revoke(DEWI, barista)).data).toEqual({
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

  test('that the person does not hold is refused', async () => {
    expect(textAt(await revoke(DEWI, barista), 'revokeRole', 'userErrors', 0, 'code')).toBe('NOT_FOUND');
  });

  test('of another franchise, or one the caller may not grant, is refused and changes nothing', async () => {
    await grant(HQ, { role: 'BARISTA', outletId: foreignOutlet?.id });
    await grant(HQ, { role: 'HQ' });
    expect(codesOf(await revoke(DEWI, { role: 'BARISTA', outletId: foreignOutlet?.id }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(codesOf(await revoke(DEWI, { role: 'HQ' }))).toEqual(['FORBIDDEN']);
    expect(await rolesOf(RINA.customerId)).toEqual(['BARISTA', 'HQ']);
  });

  test('head office cannot lock itself out', async () => {
    const result = await revoke(HQ, { customerId: HQ.customerId, role: 'HQ' });
    expect(textAt(result, 'revokeRole', 'userErrors', 0, 'code')).toBe('INVALID_STATE');
    expect(await rolesOf(HQ.customerId)).toEqual(['HQ']);
  });

  test('counts at the next refresh', async () => {
    await grant(DEWI, barista);
    const session = await customer.run(
      ANONYMOUS,
      'mutation { signIn(input: { email: "rina@kedai.test", password: "kedai-demo" }) { session { refreshToken customer { roles { role } } } } }',
    );
    expect(JSON.stringify(session.data)).toContain('BARISTA');
    await revoke(DEWI, barista);
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
