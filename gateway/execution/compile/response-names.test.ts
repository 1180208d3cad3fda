import { beforeEach, describe, expect, it } from 'vitest';
import { drinks } from '../testing/drinks.js';
import type { LocalSupergraph } from '../testing/local-supergraph.js';

let local: LocalSupergraph;
beforeEach(() => {
  local = drinks();
});

describe('response names', () => {
  it('keeps a client’s arguments apart from those that a @requires needs', async () => {
    expect((await local.ask('{ drink(id: 1) { price(currency: "IDR") worth } }')).data).toEqual({
      drink: { price: 20_000, worth: 40 },
    });
  });

  it('keeps a client’s arguments apart from a @requires that needs none', async () => {
    expect((await local.ask('{ drink(id: 1) { left(unit: "litres") rounds } }')).data).toEqual({
      drink: { left: 3, rounds: 70 },
    });
    expect((await local.ask('{ drink(id: 1) { rounds left(unit: "litres") fans { id } } }')).data).toEqual({
      drink: { rounds: 70, left: 3, fans: [{ id: 'a' }] },
    });
  });

  it('keeps a client’s field without arguments apart from a @requires that has some', async () => {
    expect((await local.ask('{ drink(id: 1) { sign cry } }')).data).toEqual({
      drink: { sign: 'Kopi', cry: 'KOPI!' },
    });
    expect((await local.ask('{ drinks { cry sign(loud: false) } }')).data).toEqual({
      drinks: [
        { cry: 'KOPI!', sign: 'Kopi' },
        { cry: 'TEH!', sign: 'Teh' },
      ],
    });
  });

  it('keeps an alias apart from the key whose name it borrows', async () => {
    expect((await local.ask('{ drink(id: 1) { id: name left __typename: id } }')).data).toEqual({
      drink: { id: 'Kopi', left: 7, __typename: '1' },
    });
  });

  it('reports an error under the client’s name', async () => {
    const { errors } = await local.ask('{ drinks { id: left } }');
    expect(errors?.map(({ path }) => path)).toEqual([['drinks', 1, 'id']]);
  });

  it('takes aliases that every object inherits for what they are', async () => {
    const { data } = await local.ask(
      '{ drink(id: 1) { constructor: name toString: left __proto__: id hasOwnProperty: id } }',
    );
    expect(JSON.stringify(data)).toBe(
      '{"drink":{"constructor":"Kopi","toString":7,"__proto__":"1","hasOwnProperty":"1"}}',
    );
    expect(Object.prototype).not.toHaveProperty('id');
  });
});
