import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenVerifier } from '../../../platform/identity/access-token.js';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { readSigningKey } from '../../../platform/identity/keys.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { RINA, SARI, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

const SESSION =
  'session { accessToken refreshToken expiresAt customer { id email name phone roles { role outletId franchiseId } } } userErrors { code field message }';

const signIn = (email: string, password: string) =>
  customer.run(ANONYMOUS, `mutation ($input: SignInInput!) { signIn(input: $input) { ${SESSION} } }`, {
    input: { email, password },
  });
const refresh = (refreshToken: string) =>
  customer.run(
    ANONYMOUS,
    `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ${SESSION} } }`,
    {
      input: { refreshToken },
    },
  );
const signOut = (identity: Identity, refreshToken?: string) =>
  customer.run(
    identity,
    'mutation ($input: SignOutInput) { signOut(input: $input) { customer { id } userErrors { code } } }',
    { input: refreshToken === undefined ? null : { refreshToken } },
  );

async function refreshTokenOf(email: string): Promise<string> {
  return textAt(await signIn(email, 'kedai-demo'), 'signIn', 'session', 'refreshToken');
}

async function identityFrom(accessToken: string): Promise<Identity & { sessionId: string }> {
  const { config } = customer.platform;
  const key = await readSigningKey(config.required('JWT_PRIVATE_KEY_FILE', 'a test'));
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config.environment;
  const verifier = tokenVerifier({ keys: key.jwks, issuer, audience, requiresType: true });
  const { sessionId = '', ...identity } = (await verifier.verify(accessToken)).identity;
  return { ...identity, sessionId };
}

describe('signing in', () => {
  test('gives a session with the account and its roles, also for an e-mail in capitals', async () => {
    const result = await signIn(' SARI@kedai.test', 'kedai-demo');
    expect(result).toMatchObject({
      data: {
        signIn: {
          session: {
            customer: {
              id: SARI.customerId,
              email: 'sari@kedai.test',
              name: 'Sari Lestari',
              phone: expect.stringMatching(/^\+62/),
              roles: [...SARI.roles],
            },
          },
          userErrors: [],
        },
      },
    });
    expect(result.errors).toBeUndefined();
  });

  test('gives an access token that carries who it is for and what they may do', async () => {
    const result = await signIn('sari@kedai.test', 'kedai-demo');
    const identity = await identityFrom(textAt(result, 'signIn', 'session', 'accessToken'));
    expect(identity).toMatchObject({ customerId: SARI.customerId, roles: SARI.roles });
  });

  test('takes a password with accents in either form, and the e-mail as it is pasted', async () => {
    const email = `${newId()}@kedai.test`;
    const [composed, decomposed] = ['kopi-crème'.normalize('NFC'), 'kopi-crème'.normalize('NFD')];
    await customer.run(
      ANONYMOUS,
      'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }',
      { input: { email, password: decomposed, name: 'Ayu' } },
    );
    for (const password of [composed, decomposed]) {
      const result = await signIn(`\u200b ${email.toUpperCase()}\r\n`, password);
      expect(textAt(result, 'signIn', 'session', 'customer', 'email')).toBe(email);
    }
  });

  test.each([
    ['a wrong password', 'rina@kedai.test', 'kedai-wrong'],
    ['an e-mail without an account', 'nobody@kedai.test', 'kedai-demo'],
    ['a text that is no e-mail', "' OR 1=1 --", 'kedai-demo'],
    ['an empty password', 'rina@kedai.test', ''],
    ['an endless password', 'rina@kedai.test', 'x'.repeat(10_000)],
  ])('with %s is answered alike', async (_what, email, password) => {
    expect(await signIn(email, password)).toEqual({
      data: {
        signIn: {
          session: null,
          userErrors: [{ code: 'INVALID_CREDENTIALS', field: null, message: 'E-mail or password is wrong' }],
        },
      },
    });
  });
});

describe('refreshing', () => {
  test('exchanges the token for a new session of the same person', async () => {
    const first = await refreshTokenOf('rina@kedai.test');
    const result = await refresh(first);
    expect(textAt(result, 'refreshSession', 'session', 'customer', 'id')).toBe(RINA.customerId);
    const second = textAt(result, 'refreshSession', 'session', 'refreshToken');
    expect(second).not.toBe(first);
    expect(textAt(await refresh(second), 'refreshSession', 'session', 'accessToken')).toBeTruthy();
  });

  const codeOf = (result: ExecutionResult) => textAt(result, 'refreshSession', 'userErrors', 0, 'code');
  const nextTokenOf = async (token: string) =>
    textAt(await refresh(token), 'refreshSession', 'session', 'refreshToken');
  const letGracePass = () =>
    customer.pool.query("UPDATE refresh_token SET used_at = used_at - interval '11 seconds'");

  test('twice with one token within the grace gives each of two tabs a session that goes on', async () => {
    const token = await refreshTokenOf('rina@kedai.test');
    const [one, other] = [await nextTokenOf(token), await nextTokenOf(token)];
    expect(one).not.toBe(other);
    for (const tab of [one, other]) {
      await letGracePass();
      expect(await nextTokenOf(await nextTokenOf(tab))).toBeTruthy();
    }
  });

  test('many times at once with one token serves every request', async () => {
    const token = await refreshTokenOf('rina@kedai.test');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => nextTokenOf(token)));
    expect(new Set(tokens).size).toBe(20);
  });

  test('with a token that was exchanged longer ago ends every session descended from it', async () => {
    const first = await refreshTokenOf('rina@kedai.test');
    const second = await nextTokenOf(first);
    await letGracePass();
    expect(codeOf(await refresh(first))).toBe('SESSION_ENDED');
    expect(codeOf(await refresh(second))).toBe('SESSION_ENDED');
  });

  test('with a token whose successor has been exchanged ends them within the grace, too', async () => {
    const first = await refreshTokenOf('rina@kedai.test');
    const third = await nextTokenOf(await nextTokenOf(first));
    expect(codeOf(await refresh(first))).toBe('SESSION_ENDED');
    expect(codeOf(await refresh(third))).toBe('SESSION_ENDED');
  });

  test('a session that was signed out stays over within the grace', async () => {
    const token = await refreshTokenOf('rina@kedai.test');
    await nextTokenOf(token);
    await signOut(RINA, token);
    expect(codeOf(await refresh(token))).toBe('SESSION_ENDED');
  });

  test('another sign-in of the same person is untouched by a stolen token', async () => {
    const [stolen, other] = [
      await refreshTokenOf('rina@kedai.test'),
      await refreshTokenOf('rina@kedai.test'),
    ];
    await refresh(stolen);
    await letGracePass();
    expect(codeOf(await refresh(stolen))).toBe('SESSION_ENDED');
    expect(textAt(await refresh(other), 'refreshSession', 'session', 'customer', 'id')).toBe(RINA.customerId);
  });

  test('a text that was never a token is refused', async () => {
    expect(textAt(await refresh('nonsense'), 'refreshSession', 'userErrors', 0, 'code')).toBe(
      'SESSION_ENDED',
    );
  });

  test('a session past its end is refused', async () => {
    const token = await refreshTokenOf('rina@kedai.test');
    await customer.pool.query("UPDATE session SET expires_at = now() - interval '1 second'");
    expect(textAt(await refresh(token), 'refreshSession', 'userErrors', 0, 'code')).toBe('SESSION_ENDED');
  });

  test('tokens are nowhere in the database', async () => {
    const token = await refreshTokenOf('rina@kedai.test');
    const { rows } = await customer.pool.query('SELECT * FROM refresh_token');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows.some(({ hash }) => Buffer.from(hash).includes(token))).toBe(false);
  });
});

describe('signing out', () => {
  test('ends the session of the access token', async () => {
    const result = await signIn('rina@kedai.test', 'kedai-demo');
    const identity = await identityFrom(textAt(result, 'signIn', 'session', 'accessToken'));
    expect(await signOut(identity)).toEqual({
      data: { signOut: { customer: { id: RINA.customerId }, userErrors: [] } },
    });
    const refreshed = await refresh(textAt(result, 'signIn', 'session', 'refreshToken'));
    expect(textAt(refreshed, 'refreshSession', 'userErrors', 0, 'code')).toBe('SESSION_ENDED');
  });

  test('ends the session of the refresh token given', async () => {
    const token = await refreshTokenOf('rina@kedai.test');
    expect(textAt(await signOut(RINA, token), 'signOut', 'customer', 'id')).toBe(RINA.customerId);
    expect(textAt(await refresh(token), 'refreshSession', 'userErrors', 0, 'code')).toBe('SESSION_ENDED');
  });

  test("does not end another person's", async () => {
    const token = await refreshTokenOf('sari@kedai.test');
    expect(textAt(await signOut(RINA, token), 'signOut', 'userErrors', 0, 'code')).toBe('SESSION_ENDED');
    expect(textAt(await refresh(token), 'refreshSession', 'session', 'customer', 'id')).toBe(SARI.customerId);
  });

  test('needs a signed-in caller', async () => {
    const result = await signOut(ANONYMOUS);
    expect(codesOf(result)).toEqual(['UNAUTHENTICATED']);
    expect(result.data).toEqual({ signOut: null });
  });
});
