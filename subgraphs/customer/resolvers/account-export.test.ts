/** What an account exports: what is its own, and nothing that only goes by its address. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { HQ, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

async function signUp(email: string): Promise<Identity> {
  const input = { email, password: 'rahasia-sekali', name: 'Ayu' };
  const answer = await customer.run(
    ANONYMOUS,
    'mutation ($input: SignUpInput!) { signUp(input: $input) { session { customer { id } } } }',
    { input },
  );
  return { customerId: textAt(answer, 'signUp', 'session', 'customer', 'id'), roles: [] };
}

async function exportedTo(identity: Identity, after = ''): Promise<string> {
  const answer = await customer.run(
    identity,
    `query ($after: String) { accountExport { accountRecords(first: 100, after: $after) {
       nodes { table data } pageInfo { endCursor hasNextPage } } } }`,
    { after },
  );
  return JSON.stringify(answer);
}

it('an invitation is exported to the owner of the mailbox alone, whose address is confirmed', async () => {
  const email = `${newId()}@kedai.test`;
  const ayu = await signUp(email);
  await customer.pool.query(
    `INSERT INTO account_link (id, purpose, email, role, invited_by, expires_at)
     VALUES ($1, 'invitation', $2, 'HQ', $3, now() + interval '1 day')`,
    [newId(), email, HQ.customerId],
  );
  expect(await exportedTo(ayu)).not.toContain('invitation');
  await customer.pool.query('UPDATE customer SET email_verified_at = now() WHERE id = $1', [ayu.customerId]);
  expect(await exportedTo(ayu)).toContain('invitation');
});

it('a link by which another account takes the address is not exported', async () => {
  const [mine, theirs] = [`${newId()}@kedai.test`, `${newId()}@kedai.test`];
  const [ayu, other] = [await signUp(mine), await signUp(theirs)];
  await customer.pool.query('UPDATE customer SET email_verified_at = now() WHERE id = $1', [ayu.customerId]);
  await customer.pool.query(
    `INSERT INTO account_link (id, purpose, email, customer_id, expires_at)
     VALUES ($1, 'verify', $2, $3, now() + interval '1 day')`,
    [newId(), mine, other.customerId],
  );
  expect(await exportedTo(ayu)).not.toContain(String(other.customerId));
});

it.each(['customer', 'customer nothing', `customer ${newId()} more`, `nothing ${newId()}`])(
  'a cursor of %j is refused',
  async (cursor) => {
    const ayu = await signUp(`${newId()}@kedai.test`);
    const after = Buffer.from(cursor, 'utf8').toString('base64url');
    const answer = await customer.run(
      ayu,
      '{ accountExport { accountRecords(after: "'.concat(after, '") { nodes { table } } } }'),
    );
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  },
);
