/** `@context` and `@fromContext`: arguments that a subgraph takes from objects around its entity. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type LocalSupergraph, localSupergraph } from '../testing/local-supergraph.js';

interface Row {
  readonly [field: string]: unknown;
}

const MENUS: Row[] = [
  { __typename: 'Menu', id: 'm1', tongue: { code: 'id' }, tags: [{ word: 'hot' }, { word: 'new' }] },
  { __typename: 'Menu', id: 'm2', tongue: { code: 'en' }, tags: [] },
  { __typename: 'Menu', id: 'm3', tongue: null, tags: null },
];
const BOARD: Row = { __typename: 'Board', id: 'b1', motto: 'fresh' };
const labels = () => [{ __typename: 'Label', id: 'open' }];
const items = () => [
  { __typename: 'Item', id: 'kopi' },
  { __typename: 'Item', id: 'teh' },
];

function shop(): LocalSupergraph {
  const reference = (row: Row) => row;
  return localSupergraph({
    menu: {
      typeDefs: `
        type Query { menus: [Menu!]! menu: Menu! board: Board! places: [Place!]! }
        interface Place @context(name: "place") { id: ID! labels: [Label!]! }
        type Menu implements Place @key(fields: "id") @context(name: "menu") @context(name: "place") {
          id: ID!
          tongue: Tongue
          tags: [Tag!]
          items: [Item!]!
          grid: [[Item!]!]!
          best: Item!
          labels: [Label!]!
        }
        type Board implements Place @key(fields: "id") @context(name: "place") { id: ID! motto: String labels: [Label!]! }
        type Tongue { code: String! }
        type Tag { word: String! }
        type Item @key(fields: "id") {
          id: ID!
          greeting(tongue: String @fromContext(field: "$menu { tongue { code } }")): String
          beside: [Item!]!
        }
        type Label @key(fields: "id") { id: ID! sign(from: ID @fromContext(field: "$place { id }")): String }`,
      resolvers: {
        Query: {
          menus: () => MENUS,
          menu: () => MENUS[0],
          board: () => BOARD,
          places: () => [...MENUS, BOARD],
        },
        Menu: {
          items,
          labels,
          grid: () => [items(), items()],
          best: () => items()[0],
          __resolveReference: reference,
        },
        Board: { labels, __resolveReference: reference },
        Item: {
          __resolveReference: reference,
          greeting: ({ id }: Row, { tongue }: Row) => `${id} in ${tongue}`,
          beside: ({ id }: Row) => items().filter((item) => item.id !== id),
        },
        Label: {
          __resolveReference: reference,
          sign: ({ id }: Row, { from }: Row) => `${id} of ${from}`,
        },
      },
    },
    notes: {
      typeDefs: `
        type Item @key(fields: "id") @context(name: "item") { id: ID! mood: String notes: [Note!]! }
        type Note @key(fields: "id") {
          id: ID!
          text(mood: String @fromContext(field: "$item { mood }")): String
          replies: [Note!]!
        }`,
      resolvers: {
        Item: {
          __resolveReference: reference,
          mood: ({ id }: Row) => (id === 'kopi' ? 'bitter' : 'mild'),
          notes: () => [{ id: 'n' }],
        },
        Note: {
          __resolveReference: reference,
          text: ({ id }: Row, { mood }: Row) => `${id} is ${mood}`,
          replies: ({ id }: Row) => [{ id: `${id}r` }],
        },
      },
    },
  });
}

let local: LocalSupergraph;
beforeEach(() => {
  local = shop();
});

describe('a field with an argument from its context', () => {
  it('gets the value of the object around it, also where one entity stands in several lists', async () => {
    expect(await local.ask('{ menus { items { id greeting } } }')).toEqual({
      data: {
        menus: ['id', 'en', 'null'].map((code) => ({
          items: ['kopi', 'teh'].map((id) => ({ id, greeting: `${id} in ${code}` })),
        })),
      },
    });
  });

  it('sends one request for all values, with one list of entities per value', async () => {
    await local.ask('{ menus { items { greeting } best { greeting } } }');
    expect(local.sent).toHaveLength(2);
    const { query = '', variables = {} } = local.sent[1] ?? {};
    expect(query.match(/_entities/g)).toHaveLength(3);
    expect(Object.values(variables).filter((value) => typeof value === 'string')).toEqual(['id', 'en']);
  });

  it('is found through lists in lists and through entities within entities', async () => {
    const { data, errors } = await local.ask(
      '{ menu { grid { greeting } best { beside { greeting beside { greeting } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      menu: {
        grid: [0, 1].map(() => [{ greeting: 'kopi in id' }, { greeting: 'teh in id' }]),
        best: { beside: [{ greeting: 'teh in id', beside: [{ greeting: 'kopi in id' }] }] },
      },
    });
  });

  it('takes contexts within contexts each from its own object, across subgraphs', async () => {
    expect(await local.ask('{ menus { items { greeting notes { text replies { text } } } } }')).toEqual({
      data: {
        menus: ['id', 'en', 'null'].map((code) => ({
          items: [
            ['kopi', 'bitter'],
            ['teh', 'mild'],
          ].map(([id, mood]) => ({
            greeting: `${id} in ${code}`,
            notes: [{ text: `n is ${mood}`, replies: [{ text: `nr is ${mood}` }] }],
          })),
        })),
      },
    });
  });

  it('is not taken in by what the client calls by the names of the context', async () => {
    expect(await local.ask('{ menus { tongue: id code: id items { id: __typename greeting } } }')).toEqual({
      data: {
        menus: ['id', 'en', 'null'].map((code, index) => ({
          tongue: `m${index + 1}`,
          code: `m${index + 1}`,
          items: ['kopi', 'teh'].map((id) => ({ id: 'Item', greeting: `${id} in ${code}` })),
        })),
      },
    });
  });

  it('gets its value from any object that implements the interface with the context', async () => {
    expect(await local.ask('{ board { labels { sign } } menu { labels { sign } } }')).toEqual({
      data: {
        board: { labels: [{ sign: 'open of b1' }] },
        menu: { labels: [{ sign: 'open of m1' }] },
      },
    });
    expect(await local.ask('{ places { labels { sign } } }')).toEqual({
      data: { places: ['m1', 'm2', 'm3', 'b1'].map((id) => ({ labels: [{ sign: `open of ${id}` }] })) },
    });
  });

  it('refuses a variable that is called as the planner calls its own', () => {
    expect(() =>
      local.prepare(
        'query ($contextualArgument_1_0: Boolean!) { menu { items { greeting @skip(if: $contextualArgument_1_0) } } }',
      ),
    ).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
  });

  it('is null where its subgraph does not answer, with an error at its path', async () => {
    const menu = local.clients.get('menu');
    if (!menu) throw new Error('No menu');
    local.clients.set('menu', {
      ...menu,
      async execute(request, call) {
        if (request.query.includes('_entities')) throw new Error('gone');
        return menu.execute(request, call);
      },
    });
    const { data, errors } = await local.ask('{ menu { items { id greeting } } }');
    expect(data).toEqual({ menu: { items: ['kopi', 'teh'].map((id) => ({ id, greeting: null })) } });
    expect(errors?.map(({ path }) => path)).toEqual(
      [0, 1].map((index) => ['menu', 'items', index, 'greeting']),
    );
  });
});
