/** A field that the caller may not see never leaves, although plans fetch it as a key or for `@requires`. */
import { beforeEach, describe, expect, it } from 'vitest';
import { readierOn } from '../../pipeline/testing/anonymous.js';
import { loadSupergraph } from '../../supergraph/supergraph.js';
import { execute, executeRest } from '../execute.js';
import { type LocalSupergraph, localSupergraph } from '../testing/local-supergraph.js';

interface Row {
  readonly [field: string]: unknown;
}

const ANN = {
  __typename: 'User',
  email: 'ann@shop.test',
  name: 'Ann',
  badge: { serial: 's1', colour: 'red' },
};
const CAFE = { __typename: 'Cafe', email: 'cafe@shop.test', name: 'Cafe' };

const accounts = {
  typeDefs: `
    type Query { user: User users: [User!]! party: Party anyone: [Anyone] parcel: Parcel }
    type Subscription { userChanged: User }
    interface Party { email: String! name: String }
    union Anyone = User | Cafe
    type User implements Party @key(fields: "email") { email: String! @authenticated name: String badge: Badge }
    type Cafe implements Party @key(fields: "email") { email: String! name: String }
    type Badge @key(fields: "serial") { serial: String @authenticated colour: String }
    type Parcel @key(fields: "id") { id: ID! weight: Int @authenticated }`,
  resolvers: {
    Query: {
      user: () => ANN,
      users: () => [ANN],
      party: () => ANN,
      anyone: () => [ANN, CAFE],
      parcel: () => ({ id: '1', weight: 70 }),
    },
  },
};

const reviews = {
  typeDefs: `
    type Query { unused: Int }
    type User @key(fields: "email") { email: String! reviews: [String] }
    type Cafe @key(fields: "email") { email: String! reviews: [String] }
    type Badge @key(fields: "serial") { serial: String since: Int }
    type Parcel @key(fields: "id") { id: ID! weight: Int @external postage: Int @requires(fields: "weight") @authenticated }`,
  resolvers: {
    User: {
      __resolveReference: (row: Row) => row,
      reviews: ({ email }: Row) => [`by ${String(email).length}`],
    },
    Cafe: { __resolveReference: (row: Row) => row, reviews: () => ['fine'] },
    Badge: { __resolveReference: (row: Row) => row, since: () => 2020 },
    Parcel: { __resolveReference: (row: Row) => row, postage: ({ weight }: Row) => Number(weight) * 2 },
  },
};

let local: LocalSupergraph;
beforeEach(() => {
  local = localSupergraph({ accounts, reviews });
});

async function ready(source: string) {
  const { prepared, options } = await readierOn(local.supergraph)(source);
  return { prepared, options: { ...options, clients: local.clients } };
}

async function anonymously(source: string) {
  const { prepared, options } = await ready(source);
  const { data, errors = [] } = await execute(prepared, options);
  return { data, denied: errors.map(({ path = [] }) => path.join('.')) };
}

describe('a key that the caller may not see', () => {
  it('is fetched for the plan and null in the answer', async () => {
    const { data, denied } = await anonymously('{ user { badge { serial colour since } } }');
    expect(data).toEqual({ user: { badge: { serial: null, colour: 'red', since: 2020 } } });
    expect(denied).toEqual(['user.badge.serial']);
  });

  it('takes its object with it where it may not be null', async () => {
    expect((await anonymously('{ user { email reviews } }')).data).toEqual({ user: null });
    expect((await anonymously('{ users { email reviews } }')).data).toBeNull();
  });

  it('leaks through no fragment, interface, union or alias', async () => {
    for (const source of [
      '{ user { ...U reviews } } fragment U on User { email }',
      '{ user { ... on Party { email } reviews } }',
      '{ user { mail: email reviews } }',
      '{ user { reviews email: email } }',
      '{ party { email ... on User { reviews } } }',
      '{ party { ... on User { reviews email } } }',
    ]) {
      const { data, denied } = await anonymously(source);
      expect(JSON.stringify(data), source).not.toContain('shop.test');
      expect(Object.values(data ?? {}), source).toEqual([null]);
      expect(denied, source).toHaveLength(1);
    }
  });

  it('leaves what other objects of a union may be seen of', async () => {
    const { data } = await anonymously(
      '{ anyone { ... on User { email reviews } ... on Cafe { email reviews } } }',
    );
    expect(data).toEqual({ anyone: [null, { email: 'cafe@shop.test', reviews: ['fine'] }] });
  });

  it('is seen where a fragment may show what the interface around it may not', async () => {
    const { data, denied } = await anonymously(
      '{ anyone { ... on Party { email } ... on Cafe { email reviews } ... on User { reviews } } }',
    );
    expect(data).toEqual({ anyone: [null, { email: 'cafe@shop.test', reviews: ['fine'] }] });
    expect(denied).toEqual(['anyone.@.email']);
  });

  it('is null in every event of a subscription', async () => {
    const { prepared, options } = await ready('subscription { userChanged { name badge { serial since } } }');
    const badge = { __typename: 'Badge', serial: 's1' };
    const event = { data: { userChanged: { __typename: 'User', name: 'Ann', badge } } };
    expect((await executeRest(prepared, event, options)).data).toEqual({
      userChanged: { name: 'Ann', badge: { serial: null, since: 2020 } },
    });
  });
});

it('what a field requires is null, also in a supergraph that demands less at the field than composition would', async () => {
  const sdl = local.supergraph.sdl.replace(/(postage: .*) @authenticated/, '$1');
  local = { ...local, supergraph: loadSupergraph(sdl) };
  const { data, denied } = await anonymously('{ parcel { weight postage } }');
  expect(data).toEqual({ parcel: { weight: null, postage: 140 } });
  expect(denied).toEqual(['parcel.weight']);
});
