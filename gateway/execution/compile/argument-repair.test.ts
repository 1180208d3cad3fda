/** Fields of one entity that require a field with different arguments, which Apollo's planner plans wrongly. */
import { beforeEach, describe, expect, it } from 'vitest';
import { executeRest } from '../execute.js';
import { type LocalSupergraph, localSupergraph } from '../testing/local-supergraph.js';

interface Row {
  readonly [field: string]: unknown;
}

const reference = (row: Row) => row;

describe('fields that require one field with different arguments', () => {
  let local: LocalSupergraph;
  let poured: number;
  beforeEach(() => {
    poured = 0;
    const volume = ({ id }: Row, { unit }: Row) =>
      Number(id) * (unit === 'ml' ? 1_000 : unit === 'cl' ? 100 : 1);
    const cup = (id: string) => ({ __typename: 'Cup', id, lid: { id: `${id}0` } });
    local = localSupergraph({
      bar: {
        typeDefs: `
          type Query { cups: [Cup!]! }
          type Mutation { pour: Cup! }
          type Subscription { poured: Cup! }
          type Cup @key(fields: "id") { id: ID! volume(unit: String!): Int lid: Lid tall: Boolean }
          type Lid { id: ID! volume(unit: String!): Int }`,
        resolvers: {
          Query: { cups: () => [cup('1'), cup('2')] },
          Mutation: {
            pour: () => {
              poured += 1;
              return cup('3');
            },
          },
          Cup: { __resolveReference: ({ id }: Row) => cup(String(id)), volume, tall: () => true },
          Lid: { volume },
        },
      },
      labels: {
        typeDefs: `
          type Cup @key(fields: "id") {
            id: ID!
            volume(unit: String!): Int @external
            tall: Boolean @external
            lid: Lid @external
            inMl: String @requires(fields: "volume(unit: \\"ml\\") tall")
            inCl: String @requires(fields: "volume(unit: \\"cl\\")")
            inL: String @requires(fields: "volume(unit: \\"l\\")")
            lidInMl: String @requires(fields: "lid { volume(unit: \\"ml\\") }")
            lidInCl: String @requires(fields: "lid { volume(unit: \\"cl\\") }")
            plain(in: String): String
          }
          type Lid @external { volume(unit: String!): Int }`,
        resolvers: {
          Cup: {
            __resolveReference: reference,
            inMl: ({ volume, tall }: Row) => `${volume} ml ${tall}`,
            inCl: ({ volume }: Row) => `${volume} cl`,
            inL: ({ volume }: Row) => `${volume} l`,
            lidInMl: ({ lid }: { lid: Row }) => `${lid.volume} ml`,
            lidInCl: ({ lid }: { lid: Row }) => `${lid.volume} cl`,
            plain: ({ id }: Row, args: Row) => `${id} ${args.in}`,
          },
        },
      },
      duties: {
        typeDefs: `
          type Cup @key(fields: "id") {
            id: ID!
            volume(unit: String!): Int @external
            duty: Int @requires(fields: "volume(unit: \\"cl\\")")
          }`,
        resolvers: { Cup: { __resolveReference: reference, duty: ({ volume }: Row) => Number(volume) * 2 } },
      },
    });
  });

  it('get each the value with their own arguments, however many there are', async () => {
    expect(await local.ask('{ cups { id inMl inCl inL } }')).toEqual({
      data: {
        cups: [1, 2].map((id) => ({
          id: String(id),
          inMl: `${id * 1_000} ml true`,
          inCl: `${id * 100} cl`,
          inL: `${id} l`,
        })),
      },
    });
  });

  it('get it in no more requests than one for the values and one for the fields', async () => {
    await local.ask('{ cups { inMl inCl inL } }');
    expect(local.sent.map(({ service }) => service)).toEqual(['bar', 'labels']);
  });

  it('get it in inner objects, too', async () => {
    expect((await local.ask('{ cups { lidInMl lidInCl inCl } }')).data).toEqual({
      cups: [1, 2].map((id) => ({
        lidInMl: `${id}0000 ml`,
        lidInCl: `${id}000 cl`,
        inCl: `${id * 100} cl`,
      })),
    });
  });

  it('get it when they belong to different subgraphs', async () => {
    expect((await local.ask('{ cups { duty inMl inL } }')).data).toEqual({
      cups: [1, 2].map((id) => ({ duty: id * 200, inMl: `${id * 1_000} ml true`, inL: `${id} l` })),
    });
  });

  it('get it beside the client’s own use of the field, aliases and variables', async () => {
    const source = `query ($unit: String!, $in: String) {
      cups { volume(unit: $unit) volume__1: volume(unit: "l") inL: inCl x: inMl plain(in: $in) }
    }`;
    expect((await local.ask(source, { unit: 'l', in: 'here' })).data).toEqual({
      cups: [1, 2].map((id) => ({
        volume: id,
        volume__1: id,
        inL: `${id * 100} cl`,
        x: `${id * 1_000} ml true`,
        plain: `${id} here`,
      })),
    });
  });

  it('run a mutation once', async () => {
    expect((await local.ask('mutation { pour { inMl inCl } }')).data).toEqual({
      pour: { inMl: '3000 ml true', inCl: '300 cl' },
    });
    expect(poured).toBe(1);
  });

  it('get it from the events of a subscription', async () => {
    const prepared = local.prepare('subscription { poured { inMl inCl } }');
    const { query = '' } = prepared.subscription?.request({}) ?? {};
    const fields = [...query.matchAll(/(\w+:)?volume\(unit:"(\w+)"\)/g)];
    const poured = Object.fromEntries(
      fields.map(([, alias = 'volume:', unit]) => [alias.slice(0, -1), unit === 'ml' ? 5_000 : 500]),
    );
    const event = { data: { poured: { __typename: 'Cup', id: '5', tall: false, ...poured } } };
    const { data } = await executeRest(prepared, event, { clients: local.clients, call: local.call });
    expect(data).toEqual({ poured: { inMl: '5000 ml false', inCl: '500 cl' } });
  });
});
