import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { mailsTo, startTestCustomer, tokenFor } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

const verify = (token: string) =>
  customer.run(
    ANONYMOUS,
    'mutation ($token: String!) { verifyEmail(token: $token) { email userErrors { code field } } }',
    { token },
  );
const change = (identity: Identity, newEmail: string, password = 'kedai-demo') =>
  customer.run(
    identity,
    'mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { customer { email } userErrors { code field } } }',
    { input: { newEmail, password } },
  );
const me = (identity: Identity) => customer.run(identity, '{ me { email isEmailVerified language } }');

const anAddress = () => `${newId()}@kedai.test`;
const LINK_INVALID = {
  data: { verifyEmail: { email: null, userErrors: [{ code: 'LINK_INVALID', field: ['token'] }] } },
};

async function anAccount() {
  const email = anAddress();
  const result: ExecutionResult = await customer.run(
    ANONYMOUS,
    'mutation ($input: SignUpInput!) { signUp(input: $input) { session { customer { id } } } }',
    { input: { email, password: 'kedai-demo', name: 'Ayu' } },
  );
  const customerId = textAt(result, 'signUp', 'session', 'customer', 'id');
  const identity: Identity = { customerId, roles: [] };
  return { email, identity };
}

describe('an address', () => {
  test('is confirmed by the link that is mailed after sign-up, once', async () => {
    const { email, identity } = await anAccount();
    expect((await me(identity)).data).toEqual({ me: { email, isEmailVerified: false, language: 'ID' } });
    const token = await tokenFor(customer, email, 'EMAIL_VERIFICATION');
    expect(await verify(token)).toEqual({ data: { verifyEmail: { email, userErrors: [] } } });
    expect((await me(identity)).data).toMatchObject({ me: { isEmailVerified: true } });
    expect(await verify(token)).toEqual(LINK_INVALID);
    for (const one of ['', 'nonsense', await tokenFor(customer, email, 'EMAIL_VERIFICATION')])
      expect(await verify(one)).toEqual(LINK_INVALID);
  });

  test('is published with each change of what mails go by, and with nothing else', async () => {
    const { email, identity } = await anAccount();
    const { customerId } = identity;
    const contacts = async () => {
      const { rows } = await customer.pool.query(
        `SELECT aggregate_version AS version, data FROM outbox WHERE type = 'customer.contact-changed' AND aggregate_id = $1
         ORDER BY aggregate_version`,
        [customerId],
      );
      return rows;
    };
    await verify(await tokenFor(customer, email, 'EMAIL_VERIFICATION'));
    const profile = (input: object) =>
      customer.run(
        identity,
        'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }',
        { input },
      );
    await profile({ phone: '+6281234567890' });
    await profile({ name: 'Ayu Lestari', language: 'EN' });
    const next = anAddress();
    await change(identity, next);
    await verify(await tokenFor(customer, next, 'EMAIL_CHANGE'));
    const first = { customerId, email, name: 'Ayu', language: 'id', isVerified: false };
    const named = { ...first, isVerified: true, name: 'Ayu Lestari', language: 'en' };
    expect(await contacts()).toEqual([
      { version: 1, data: first },
      { version: 2, data: { ...first, isVerified: true } },
      { version: 3, data: named },
      { version: 4, data: { ...named, email: next } },
    ]);
    await customer.run(
      identity,
      'mutation { deleteAccount(password: "kedai-demo") { userErrors { code } } }',
    );
    expect(await contacts()).toEqual([]);
  });

  test('is sent the link again, at most five within an hour', async () => {
    const { email, identity } = await anAccount();
    const again = (who: Identity) =>
      customer.run(who, 'mutation { requestEmailVerification { userErrors { code } } }');
    expect(codesOf(await again(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    for (let count = 0; count < 4; count += 1)
      expect(await again(identity)).toEqual({ data: { requestEmailVerification: { userErrors: [] } } });
    expect((await again(identity)).data).toEqual({
      requestEmailVerification: { userErrors: [{ code: 'TOO_MANY_ATTEMPTS' }] },
    });
    expect(await mailsTo(customer, email)).toHaveLength(5);
  });

  test('changes once the new one is confirmed, and the former receives a notice', async () => {
    const { email, identity } = await anAccount();
    const next = anAddress();
    expect((await change(identity, next, 'kedai-salah')).data).toMatchObject({
      changeEmail: { userErrors: [{ code: 'INVALID_CREDENTIALS', field: ['password'] }] },
    });
    expect((await change(identity, email.toUpperCase())).data).toMatchObject({
      changeEmail: { userErrors: [{ code: 'INVALID_INPUT', field: ['newEmail'] }] },
    });
    expect((await change(identity, next)).data).toEqual({
      changeEmail: { customer: { email }, userErrors: [] },
    });
    expect(await verify(await tokenFor(customer, next, 'EMAIL_CHANGE'))).toEqual({
      data: { verifyEmail: { email: next, userErrors: [] } },
    });
    expect((await me(identity)).data).toMatchObject({ me: { email: next, isEmailVerified: true } });
    expect((await mailsTo(customer, email)).at(-1)).toMatchObject({
      kind: 'EMAIL_CHANGED',
      facts: { name: 'Ayu', newEmail: `${next[0]}…@kedai.test` },
    });
    expect(await verify(await tokenFor(customer, email, 'EMAIL_VERIFICATION'))).toEqual(LINK_INVALID);
  });

  test('of another account is reported to the owner of the mailbox alone', async () => {
    const [{ email, identity }, other] = [await anAccount(), await anAccount()];
    expect((await change(identity, other.email)).data).toEqual({
      changeEmail: { customer: { email }, userErrors: [] },
    });
    expect((await verify(await tokenFor(customer, other.email, 'EMAIL_CHANGE'))).data).toEqual({
      verifyEmail: { email: null, userErrors: [{ code: 'ALREADY_EXISTS', field: null }] },
    });
    expect((await me(identity)).data).toMatchObject({ me: { email } });
  });
});

test('the language of an account is that of its mails', async () => {
  const { email, identity } = await anAccount();
  await customer.run(
    identity,
    'mutation { updateProfile(input: { language: EN }) { customer { language } userErrors { code } } }',
  );
  expect((await me(identity)).data).toMatchObject({ me: { language: 'EN' } });
  await customer.run(identity, 'mutation { requestEmailVerification { userErrors { code } } }');
  expect((await mailsTo(customer, email)).map(({ language }) => language)).toEqual(['id', 'en']);
});
