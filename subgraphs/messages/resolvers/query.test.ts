/** `mails`: why a mail did not arrive, for head office alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesOf, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { HQ, OTHERS, request, rowOf, startTestMessages } from '../testing/harness.js';

const MAILS = `query ($state: MailState, $to: String, $first: Int, $after: String, $last: Int, $before: String) {
  mails(state: $state, to: $to, first: $first, after: $after, last: $last, before: $before) {
    nodes { id to kind customer { id } state failure attempts requestedAt nextAttemptAt expiresAt sentAt }
    edges { cursor } totalCount pageInfo { hasNextPage endCursor } } }`;

interface Answer {
  readonly mails: {
    readonly nodes: readonly { readonly id: string; readonly to: string; readonly state: string }[];
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

let messages: TestSubgraph;
const ids: string[] = [];
beforeAll(async () => {
  messages = await startTestMessages();
  for (const to of ['rina@kedai.test', 'sari@kedai.test', 'budi@kedai.test'])
    ids.push((await request(messages, { to, customerId: null })).mailId);
  for (const id of ids) await eventually(async () => expect((await rowOf(messages, id))?.state).toBe('SENT'));
  await messages.pool.query(
    `UPDATE mail SET state = 'FAILED', sent_at = NULL, failure = '550 No such user' WHERE recipient = 'sari@kedai.test'`,
  );
});
afterAll(() => messages.stop());

async function read(variables: Record<string, unknown> = {}): Promise<Answer['mails']> {
  const result = await messages.run(HQ, MAILS, variables);
  expect(result.errors).toBeUndefined();
  const { mails }: Answer = JSON.parse(JSON.stringify(result.data));
  return mails;
}

describe('mails', () => {
  it('are read by head office, newest first, with what became of them', async () => {
    const { nodes, totalCount } = await read();
    expect(nodes.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(totalCount).toBe(3);
    expect(nodes[1]).toMatchObject({
      ...{ to: 'sari@kedai.test', kind: 'PASSWORD_RESET', customer: null, state: 'FAILED' },
      ...{ failure: '550 No such user', attempts: 1, nextAttemptAt: null, sentAt: null },
    });
  });

  it('are found by state and by address, in pages', async () => {
    expect((await read({ state: 'FAILED' })).nodes.map(({ to }) => to)).toEqual(['sari@kedai.test']);
    expect((await read({ to: 'RINA@kedai.test' })).nodes.map(({ id }) => id)).toEqual([ids[0]]);
    for (const pattern of ['rina%', 'rin_@kedai.test', '\\', ''])
      expect((await read({ to: pattern })).totalCount).toBe(0);
    expect((await read({ to: '\0' })).totalCount).toBe(0);
    const first = await read({ first: 2 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await read({ first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(ids.toReversed());
    expect((await read({ last: 1, before: '' })).nodes.map(({ id }) => id)).toEqual([ids[0]]);
  });

  it.each(Object.entries(OTHERS))('are not read by a %s, whatever the arguments', async (name, identity) => {
    const code = name === 'visitor' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
    for (const variables of [{}, { first: 1_000 }, { to: 'rina@kedai.test' }])
      expect(codesOf(await messages.run(identity, MAILS, variables))).toEqual([code]);
  });
});
