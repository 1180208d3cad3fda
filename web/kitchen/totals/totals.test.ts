/** What tickets come to, and how far the scales say that the ingredients go. */
import { expect, it } from 'vitest';
import type { MenuItem } from '../menu.js';
import type { Ticket } from '../queue/kitchen-state.js';
import { drinksOf, ingredientsOf } from './totals.js';

function item(id: string, milk: number): MenuItem {
  const recipe = [{ ingredient: { id: 'milk' }, quantity: milk }];
  return { id, name: id, category: 'MILK_TEA', recipe, optionGroups: [] };
}
const MENU = new Map(
  [item('taro', 150), item('matcha', 100), item('latte', 200)].map((one) => [one.id, one]),
);

function ticket(
  lines: readonly [id: string, quantity: number, isReady?: boolean][],
  status: Ticket['status'] = 'PAID',
): Ticket {
  return {
    ...{ id: '1', number: 'A1', status, priority: 'NORMAL', placedAt: '', pickupAt: null },
    ...{ statusReason: null, guest: null, statusHistory: [] },
    lines: lines.map(([id, quantity, isReady = false], index) => ({
      ...{ id: `${index}`, name: id, quantity, isReady, note: null, station: null, timesRemade: 0 },
      ...{ menuItem: { id }, options: [], substitute: null, substituteName: null },
    })),
  };
}
const milk = (onHand: number) => [{ ingredientId: 'milk', name: 'Susu', unit: 'MILLILITRE', onHand }];

it('counts what is made in place of what was ordered', () => {
  const { lines, ...order } = ticket([['taro', 3]]);
  const substitute = { substitute: { id: 'matcha' }, substituteName: 'matcha' };
  const tickets = [{ ...order, lines: lines.map((line) => ({ ...line, ...substitute })) }];
  expect(drinksOf(tickets)).toEqual([{ name: 'matcha', quantity: 3 }]);
  expect(ingredientsOf(tickets, MENU, milk(250))).toMatchObject([{ needed: 3, covered: 2 }]);
});

it('adds up the drinks that are still to be made, over all tickets', () => {
  const tickets = [
    ticket([
      ['taro', 2],
      ['matcha', 1],
    ]),
    ticket(
      [
        ['taro', 1],
        ['latte', 4, true],
      ],
      'PREPARING',
    ),
    ticket([['latte', 9]], 'READY'),
    ticket([['latte', 9]], 'CANCELLED'),
  ];
  expect(drinksOf(tickets)).toEqual([
    { name: 'taro', quantity: 3 },
    { name: 'matcha', quantity: 1 },
  ]);
});

it('counts how many of the drinks an ingredient covers, in the order of the tickets', () => {
  const tickets = [
    ticket([['taro', 2]]),
    ticket([
      ['latte', 1],
      ['taro', 2],
    ]),
  ];
  expect(ingredientsOf(tickets, MENU, milk(500))).toEqual([
    { ingredientId: 'milk', name: 'Susu', servings: 3, needed: 5, covered: 3 },
  ]);
});

it('goes on to a smaller drink where a larger one is not covered', () => {
  expect(
    ingredientsOf(
      [
        ticket([
          ['latte', 1],
          ['matcha', 1],
        ]),
      ],
      MENU,
      milk(120),
    ),
  ).toMatchObject([{ needed: 2, covered: 1 }]);
});

it('says of what no ticket takes how many usual portions there are', () => {
  expect(ingredientsOf([], MENU, milk(450))).toMatchObject([{ servings: 3, needed: 0, covered: 0 }]);
});

it('leaves out what no recipe takes', () => {
  const levels = [{ ingredientId: 'soap', name: 'Sabun', unit: 'PIECE', onHand: 3 }];
  expect(ingredientsOf([], MENU, levels)).toEqual([]);
});
