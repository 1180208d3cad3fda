import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { makeGuest, RINA, SARI, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
  await makeGuest(customer, RINA);
});
afterAll(() => customer.stop());

const DELETE = `mutation ($password: String!) {
  deleteAccount(password: $password) { customer { id name email phone roles { role } } userErrors { code field } } }`;
const deleting = (identity: Identity, password: string) => customer.run(identity, DELETE, { password });
const refusal = { userErrors: [{ code: 'INVALID_CREDENTIALS', field: ['password'] }] };

async function count(sql: string, id: string = RINA.customerId): Promise<number> {
  return (await customer.pool.query(sql, [id])).rowCount ?? 0;
}

describe('deleting an account', () => {
  it('needs the password of the caller', async () => {
    for (const password of ['', 'kedai', 'x'.repeat(10_000)]) {
      expect(await deleting(RINA, password)).toMatchObject({ data: { deleteAccount: refusal } });
    }
    expect(codesOf(await deleting(ANONYMOUS, 'kedai-demo'))).toEqual(['UNAUTHENTICATED']);
    expect(await count('SELECT FROM customer WHERE id = $1 AND erased_at IS NULL')).toBe(1);
  });

  it('erases who it was, and keeps what refers to it', async () => {
    const signedIn = await customer.run(
      ANONYMOUS,
      'mutation ($input: SignInInput!) { signIn(input: $input) { session { refreshToken } } }',
      { input: { email: 'rina@kedai.test', password: 'kedai-demo' } },
    );
    const refreshToken = textAt(signedIn, 'signIn', 'session', 'refreshToken');
    expect(await deleting(RINA, 'kedai-demo')).toEqual({
      data: {
        deleteAccount: {
          customer: {
            ...{ id: RINA.customerId, name: 'Deleted account', email: null, phone: null },
            roles: [{ role: 'CUSTOMER' }],
          },
          userErrors: [],
        },
      },
    });
    for (const table of ['session', 'role_grant', 'notification']) {
      expect(await count(`SELECT FROM ${table} WHERE customer_id = $1`)).toBe(0);
    }
    expect(await count('SELECT FROM outlet_guest WHERE customer_id = $1')).toBe(1);
    const refreshed = await customer.run(
      ANONYMOUS,
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { userErrors { code } } }',
      { input: { refreshToken } },
    );
    expect(refreshed).toEqual({ data: { refreshSession: { userErrors: [{ code: 'SESSION_ENDED' }] } } });
  });

  it('publishes it once, by the id alone', async () => {
    expect(await deleting(RINA, 'kedai-demo')).toMatchObject({ data: { deleteAccount: refusal } });
    const { rows } = await customer.pool.query("SELECT data FROM outbox WHERE type = 'customer.erased'");
    expect(rows).toEqual([{ data: { customerId: RINA.customerId } }]);
  });

  it('ends notifications, those of events that arrive late, too', async () => {
    const { customerId } = RINA;
    const order = { orderId: newId(), number: 'A-17', customerId, outletId: newId(), franchiseId: newId() };
    const late = { aggregateId: order.orderId, aggregateVersion: 5, data: order };
    const ready = await customer.deliver('customer.notifications', { type: 'order.ready', ...late });
    await eventually(async () =>
      expect(await count('SELECT FROM inbox WHERE event_id = $1', ready.id)).toBe(1),
    );
    expect(await count('SELECT FROM notification WHERE customer_id = $1')).toBe(0);
  });

  it('ends the roles of staff', async () => {
    await deleting(SARI, 'kedai-demo');
    expect(await count('SELECT FROM role_grant WHERE customer_id = $1', SARI.customerId)).toBe(0);
  });
});
