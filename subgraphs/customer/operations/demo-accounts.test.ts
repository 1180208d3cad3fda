import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { RINA, startTestCustomer } from '../testing/harness.js';

describe('the accounts of a demo that was seeded before, where there is no demo', () => {
  let customer: TestSubgraph;
  beforeAll(async () => {
    customer = await startTestCustomer({ DEMO: 'off' });
  });
  afterAll(() => customer.stop());

  it('cannot sign in, as if their password were wrong', async () => {
    for (const email of ['rina@kedai.test', 'hq@kedai.test']) {
      const answer = await customer.run(
        ANONYMOUS,
        'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code } } }',
        { input: { email, password: 'kedai-demo' } },
      );
      expect(answer.data?.signIn).toEqual({ session: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] });
    }
  });

  it('cannot go on with a session from before', async () => {
    const [sessionId, token] = [newId(), 'a token from before'];
    await customer.pool.query(
      `INSERT INTO session (id, customer_id, expires_at) VALUES ($1, $2, now() + interval '1 day')`,
      [sessionId, RINA.customerId],
    );
    await customer.pool.query(
      `INSERT INTO refresh_token (hash, session_id, created_at, expires_at) VALUES ($1, $2, now(), now() + interval '1 day')`,
      [createHash('sha256').update(token).digest(), sessionId],
    );
    const answer = await customer.run(
      ANONYMOUS,
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { session { accessToken } userErrors { code } } }',
      { input: { refreshToken: token } },
    );
    expect(textAt(answer, 'refreshSession', 'userErrors', 0, 'code')).toBe('SESSION_ENDED');
  });

  it('leave others as they are', async () => {
    const answer = await customer.run(
      ANONYMOUS,
      'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }',
      { input: { email: 'guest@example.com', password: 'long enough', name: 'Guest' } },
    );
    expect(answer.data?.signUp).toEqual({ userErrors: [] });
  });
});
