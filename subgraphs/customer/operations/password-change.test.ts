import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { linkTokens } from '../../../platform/identity/link-token.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, statementsDuring, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { mailsTo as allMailsTo, startTestCustomer, TEST_SECRET, tokenFor } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

const ERRORS = 'userErrors { code field retryAt }';
const run = (identity: Identity, source: string, input: object) => customer.run(identity, source, { input });
const signIn = (email: string, password: string) =>
  run(
    ANONYMOUS,
    `mutation ($input: SignInInput!) { signIn(input: $input) { session { refreshToken } ${ERRORS} } }`,
    { email, password },
  );
const refresh = (refreshToken: string) =>
  run(ANONYMOUS, `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ${ERRORS} } }`, {
    refreshToken,
  });
const change = (identity: Identity, currentPassword: string, newPassword: string) =>
  run(
    identity,
    `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { customer { id } ${ERRORS} } }`,
    { currentPassword, newPassword },
  );
const requestReset = (email: string) =>
  customer.run(
    ANONYMOUS,
    `mutation ($email: String!) { requestPasswordReset(email: $email) { email ${ERRORS} } }`,
    { email },
  );
const reset = (token: string, newPassword: string) =>
  run(
    ANONYMOUS,
    `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { email ${ERRORS} } }`,
    { token, newPassword },
  );

const LINK_INVALID = { code: 'LINK_INVALID', field: ['token'], retryAt: null };
const SESSION_ENDED = { data: { refreshSession: { userErrors: [{ code: 'SESSION_ENDED' }] } } };

function faultsOf(result: ExecutionResult, mutation: string): unknown {
  return Reflect.get(Object(Reflect.get(Object(result.data), mutation)), 'userErrors');
}

/** A person with an account of their own, and one session of it. */
async function anAccount() {
  const email = `${newId()}@kedai.test`;
  const signedUp = await run(
    ANONYMOUS,
    'mutation ($input: SignUpInput!) { signUp(input: $input) { session { refreshToken customer { id } } } }',
    { email, password: 'kedai-lama', name: 'Ayu' },
  );
  const customerId = textAt(signedUp, 'signUp', 'session', 'customer', 'id');
  const { rows } = await customer.pool.query<{ id: string }>(
    'SELECT id FROM session WHERE customer_id = $1',
    [customerId],
  );
  const identity: Identity = { customerId, sessionId: rows[0]?.id ?? '', roles: [] };
  return { email, identity, refreshToken: textAt(signedUp, 'signUp', 'session', 'refreshToken') };
}

/** But for the one that follows sign-up. */
async function mailsTo(under: TestSubgraph, to: string) {
  return (await allMailsTo(under, to)).filter(({ kind }) => kind !== 'EMAIL_VERIFICATION');
}

async function resetTokenOf(email: string): Promise<string> {
  const before = (await mailsTo(customer, email)).length;
  await requestReset(email);
  await eventually(async () => expect((await mailsTo(customer, email)).length).toBe(before + 1));
  return tokenFor(customer, email, 'PASSWORD_RESET');
}

describe('changing a password', () => {
  test('needs the current one, and a new one that is none of the obvious', async () => {
    const { email, identity } = await anAccount();
    expect(codesOf(await change(ANONYMOUS, 'kedai-lama', 'kedai-baru'))).toEqual(['UNAUTHENTICATED']);
    expect(faultsOf(await change(identity, 'kedai-salah', 'kedai-baru'), 'changePassword')).toEqual([
      { code: 'INVALID_CREDENTIALS', field: ['currentPassword'], retryAt: null },
    ]);
    for (const weak of ['short', 'x'.repeat(201), email, email.toUpperCase(), email.split('@')[0] ?? '']) {
      expect(faultsOf(await change(identity, 'kedai-lama', weak), 'changePassword')).toEqual([
        { code: 'INVALID_INPUT', field: ['newPassword'], retryAt: null },
      ]);
    }
    expect(faultsOf(await signIn(email, 'kedai-lama'), 'signIn')).toEqual([]);
  });

  test('ends the other sessions, keeps the caller’s, and says so by e-mail', async () => {
    const { email, identity, refreshToken } = await anAccount();
    const elsewhere = textAt(await signIn(email, 'kedai-lama'), 'signIn', 'session', 'refreshToken');
    expect(await change(identity, 'kedai-lama', 'kedai-baru')).toMatchObject({
      data: { changePassword: { customer: { id: identity.customerId }, userErrors: [] } },
    });
    expect(await refresh(elsewhere)).toMatchObject(SESSION_ENDED);
    expect(faultsOf(await refresh(refreshToken), 'refreshSession')).toEqual([]);
    expect(faultsOf(await signIn(email, 'kedai-lama'), 'signIn')).toMatchObject([
      { code: 'INVALID_CREDENTIALS' },
    ]);
    expect(faultsOf(await signIn(email, 'kedai-baru'), 'signIn')).toEqual([]);
    expect(await mailsTo(customer, email)).toMatchObject([
      { kind: 'PASSWORD_CHANGED', facts: { name: 'Ayu', at: expect.any(String) }, token: null },
    ]);
  });

  test('of two changes at once one succeeds', async () => {
    const { identity } = await anAccount();
    const changes = await Promise.all(
      ['kedai-satu', 'kedai-dua'].map((password) => change(identity, 'kedai-lama', password)),
    );
    const codes = changes.map((one) => JSON.stringify(faultsOf(one, 'changePassword')));
    expect(codes.filter((one) => one === '[]')).toHaveLength(1);
  });
});

describe('resetting a password', () => {
  test('is requested by one statement and one answer, whether there is an account or not', async () => {
    const { email } = await anAccount();
    const stranger = `${newId()}@kedai.test`;
    const isRequest = (statement: string) => statement.startsWith('INSERT');
    const statements = new Map<string, string[]>();
    for (const address of [email, stranger]) {
      const seen = await statementsDuring(async () =>
        expect(await requestReset(` ${address.toUpperCase()}`)).toEqual({
          data: { requestPasswordReset: { email: address, userErrors: [] } },
        }),
      );
      statements.set(address, seen.filter(isRequest).slice(0, 1));
    }
    expect(statements.get(stranger)).toEqual(statements.get(email));
    await eventually(async () => expect(await mailsTo(customer, email)).toHaveLength(1));
    await eventually(async () =>
      expect((await customer.pool.query('SELECT FROM password_reset_request')).rowCount).toBe(0),
    );
    expect(await mailsTo(customer, stranger)).toEqual([]);
    expect(faultsOf(await requestReset('nobody'), 'requestPasswordReset')).toMatchObject([
      { code: 'INVALID_INPUT', field: ['email'] },
    ]);
  });

  test('takes the link once, ends every session and signs nobody in', async () => {
    const { email, refreshToken } = await anAccount();
    const token = await resetTokenOf(email);
    expect(faultsOf(await reset(token, 'short'), 'resetPassword')).toMatchObject([
      { code: 'INVALID_INPUT', field: ['newPassword'] },
    ]);
    expect(await reset(token, 'kedai-baru')).toEqual({
      data: { resetPassword: { email, userErrors: [] } },
    });
    expect(await refresh(refreshToken)).toMatchObject(SESSION_ENDED);
    expect(faultsOf(await signIn(email, 'kedai-baru'), 'signIn')).toEqual([]);
    expect(faultsOf(await reset(token, 'kedai-lagi'), 'resetPassword')).toEqual([LINK_INVALID]);
    expect((await mailsTo(customer, email)).map(({ kind }) => kind)).toEqual([
      'PASSWORD_RESET',
      'PASSWORD_CHANGED',
    ]);
  });

  test('by one link withdraws the others', async () => {
    const { email } = await anAccount();
    const [first, second] = [await resetTokenOf(email), await resetTokenOf(email)];
    expect(faultsOf(await reset(second, 'kedai-baru'), 'resetPassword')).toEqual([]);
    expect(faultsOf(await reset(first, 'kedai-lagi'), 'resetPassword')).toEqual([LINK_INVALID]);
  });

  test('takes no link that has expired, was forged, or was made for something else', async () => {
    const { email } = await anAccount();
    const token = await resetTokenOf(email);
    await customer.pool.query(
      "UPDATE account_link SET expires_at = now() WHERE purpose = 'reset' AND used_at IS NULL",
    );
    const linkId = linkTokens(TEST_SECRET).linkId('reset', token) ?? '';
    for (const one of [
      token,
      linkTokens(TEST_SECRET).token('verify', linkId),
      linkTokens('another secret of the same length').token('reset', linkId),
      linkTokens(TEST_SECRET).token('reset', newId()),
      '',
      'x'.repeat(10_000),
    ]) {
      expect(faultsOf(await reset(one, 'kedai-baru'), 'resetPassword')).toEqual([LINK_INVALID]);
    }
    expect(faultsOf(await signIn(email, 'kedai-lama'), 'signIn')).toEqual([]);
  });

  test('sends an address at most five links within an hour', async () => {
    const { email } = await anAccount();
    for (let count = 0; count < 7; count += 1) await requestReset(email);
    await eventually(async () =>
      expect((await customer.pool.query('SELECT FROM password_reset_request')).rowCount).toBe(0),
    );
    expect(await mailsTo(customer, email)).toHaveLength(5);
  });

  test('leaves no link and no mail of an account that is deleted', async () => {
    const { email, identity } = await anAccount();
    const token = await resetTokenOf(email);
    await customer.run(
      identity,
      'mutation { deleteAccount(password: "kedai-lama") { userErrors { code } } }',
    );
    expect(await mailsTo(customer, email)).toEqual([]);
    expect(faultsOf(await reset(token, 'kedai-baru'), 'resetPassword')).toEqual([LINK_INVALID]);
  });
});

describe('guessing at passwords', () => {
  test('is refused after ten failures, at accounts that do not exist, too, until a moment that is named', async () => {
    const { email } = await anAccount();
    for (const account of [email, `${newId()}@kedai.test`]) {
      for (let failures = 0; failures < 10; failures += 1) {
        expect(faultsOf(await signIn(account, 'kedai-salah'), 'signIn')).toMatchObject([
          { code: 'INVALID_CREDENTIALS' },
        ]);
      }
      const before = Date.now();
      const [fault] = [faultsOf(await signIn(account, 'kedai-lama'), 'signIn')].flat();
      expect(fault).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', field: null });
      expect(Date.parse(String(Reflect.get(Object(fault), 'retryAt')))).toBeGreaterThan(before);
    }
  });

  test('is allowed again when the window has ended, and success resets the count', async () => {
    const { email } = await anAccount();
    for (let failures = 0; failures < 10; failures += 1) await signIn(email, 'kedai-salah');
    await customer.pool.query('UPDATE failed_attempt SET window_ends_at = now()');
    expect(faultsOf(await signIn(email, 'kedai-lama'), 'signIn')).toEqual([]);
    for (let failures = 0; failures < 10; failures += 1) {
      expect(faultsOf(await signIn(email, 'kedai-salah'), 'signIn')).toMatchObject([
        { code: 'INVALID_CREDENTIALS' },
      ]);
    }
  });

  test('is bounded for a stolen access token, too', async () => {
    const { identity } = await anAccount();
    for (let failures = 0; failures < 10; failures += 1) await change(identity, 'kedai-salah', 'kedai-baru');
    expect(faultsOf(await change(identity, 'kedai-lama', 'kedai-baru'), 'changePassword')).toMatchObject([
      { code: 'TOO_MANY_ATTEMPTS' },
    ]);
    const deleted = await customer.run(
      identity,
      'mutation { deleteAccount(password: "kedai-lama") { userErrors { code } } }',
    );
    expect(faultsOf(deleted, 'deleteAccount')).toEqual([{ code: 'TOO_MANY_ATTEMPTS' }]);
  });
});
