/** Sessions as their owner sees and ends them, and the revocations that whatever ends leaves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MISSED } from '../../../platform/bus/bus.js';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { parseRevocationMessage, REVOCATIONS_TOPIC } from '../../../platform/identity/revocations.js';
import { newId } from '../../../platform/ids.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { DEWI, RINA, SARI, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

/** Signs in, and answers who the access token is for. */
async function signIn(person: Identity, email: string): Promise<Identity & { sessionId: string }> {
  const before = await sessionIds(person);
  const result = await customer.run(
    ANONYMOUS,
    'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }',
    { input: { email, password: 'kedai-demo' } },
  );
  expect(textAt(result, 'signIn', 'session', 'accessToken')).toBeTruthy();
  const [sessionId = ''] = (await sessionIds(person)).filter((id) => !before.includes(id));
  return { ...person, sessionId };
}

async function sessionIds({ customerId }: Identity): Promise<string[]> {
  const { rows } = await customer.pool.query<{ id: string }>(
    'SELECT id FROM session WHERE customer_id = $1',
    [customerId],
  );
  return rows.map(({ id }) => id);
}

const list = (identity: Identity) =>
  customer.run(identity, '{ sessions { id isCurrent createdAt lastUsedAt expiresAt address userAgent } }');

async function listed(identity: Identity): Promise<string[]> {
  const { data } = await list(identity);
  const sessions: unknown = data?.sessions;
  return Array.isArray(sessions) ? sessions.map(({ id }) => String(id)) : [];
}

/** The revocations after a number, and the number of the last. */
async function revoked(after: number) {
  const { data } = await customer.run(
    ANONYMOUS,
    'query ($after: SafeInt!) { revocations(afterSequence: $after) { last revocations { sequence sessionId customerId } } }',
    { after },
  );
  const page: unknown = data?.revocations;
  if (typeof page !== 'object' || page === null) throw new Error('No page');
  return { last: Number(Reflect.get(page, 'last')), revocations: Reflect.get(page, 'revocations') };
}

/** What `work` revokes. */
async function revokedBy(work: () => Promise<unknown>): Promise<unknown> {
  const { last } = await revoked(0);
  await work();
  return (await revoked(last)).revocations;
}

describe('sessions', () => {
  test('are listed to their owner, the last used first', async () => {
    expect(codesOf(await list(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    const [older, newer] = [await signIn(RINA, 'rina@kedai.test'), await signIn(RINA, 'rina@kedai.test')];
    expect((await list(older)).data).toMatchObject({
      sessions: [
        { id: newer.sessionId, isCurrent: false, address: null, userAgent: null },
        { id: older.sessionId, isCurrent: true },
      ],
    });
    await signIn(SARI, 'sari@kedai.test');
    expect(await listed(RINA)).toEqual([newer.sessionId, older.sessionId]);
  });

  test('end one by one, each by its owner alone', async () => {
    const [mine, other] = [await signIn(RINA, 'rina@kedai.test'), await signIn(RINA, 'rina@kedai.test')];
    const end = (identity: Identity, sessionId: string) =>
      customer.run(
        identity,
        'mutation ($id: ID!) { endSession(sessionId: $id) { customer { id } userErrors { code } } }',
        { id: sessionId },
      );
    for (const id of [mine.sessionId, newId(), 'nonsense'])
      expect(codesOf(await end(SARI, id))).toEqual(['NOT_FOUND']);
    const revocations = await revokedBy(() => end(mine, other.sessionId));
    expect(revocations).toMatchObject([{ sessionId: other.sessionId, customerId: null }]);
    expect(await listed(mine)).toContain(mine.sessionId);
    expect(await listed(mine)).not.toContain(other.sessionId);
    expect(await revokedBy(() => end(mine, other.sessionId))).toEqual([]);
  });

  test('end all at once', async () => {
    const mine = await signIn(RINA, 'rina@kedai.test');
    const all = await listed(mine);
    const revocations = await revokedBy(async () =>
      expect(
        await customer.run(mine, 'mutation { signOutEverywhere { customer { id } userErrors { code } } }'),
      ).toEqual({ data: { signOutEverywhere: { customer: { id: RINA.customerId }, userErrors: [] } } }),
    );
    expect(revocations).toHaveLength(all.length);
    expect(await listed(mine)).toEqual([]);
  });
});

describe('a revocation', () => {
  test('is written when a role is revoked, however it is', async () => {
    const revoke = () =>
      customer.run(
        DEWI,
        'mutation ($input: RevokeRoleInput!) { revokeRole(input: $input) { userErrors { code } } }',
        { input: { customerId: SARI.customerId, role: 'BARISTA', outletId: STAFFED_OUTLET_ID } },
      );
    expect(await revokedBy(revoke)).toMatchObject([{ sessionId: null, customerId: SARI.customerId }]);
    expect(await revokedBy(revoke)).toEqual([]);
  });

  test('has the next number of one sequence without gaps, however many are written at once', async () => {
    const { last } = await revoked(0);
    const sessions = [];
    for (let count = 0; count < 8; count += 1) sessions.push(await signIn(RINA, 'rina@kedai.test'));
    await Promise.all(
      sessions.map((identity) => customer.run(identity, 'mutation { signOut { userErrors { code } } }')),
    );
    const page = await revoked(last);
    expect(page.last).toBe(last + sessions.length);
    expect(page.revocations).toMatchObject(sessions.map((_, index) => ({ sequence: last + index + 1 })));
  });

  test('is published in its sequence, and then the number of the last', async () => {
    const messages = await customer.platform.bus.subscribe(REVOCATIONS_TOPIC);
    const mine = await signIn(RINA, 'rina@kedai.test');
    await customer.run(mine, 'mutation { signOut { userErrors { code } } }');
    const { last } = await revoked(0);
    const heard: unknown[] = [];
    for await (const message of messages) {
      if (message === MISSED) continue;
      const parsed = parseRevocationMessage(message);
      heard.push(parsed);
      if (parsed !== null && 'last' in parsed && parsed.last === last) break;
    }
    expect(heard).toContainEqual({ sequence: last, sessionId: mine.sessionId, customerId: null });
  });

  test('is read by gateways alone', async () => {
    const read = await customer.run(RINA, '{ revocations(afterSequence: 0) { last } }');
    expect(codesOf(read)).toEqual(['FORBIDDEN']);
  });
});
