/** `npm run bench -- flash-sale`: many buyers of few units. */

import type { LoadResult } from '../orders/load.js';
import { type Bench, type Figure, quantile } from '../result.js';
import { measureStockCore } from './stock-core.js';

export const bench: Bench = async (report) => {
  const { oneItem, fourItems, soldOut, naive, statementAlone } = await measureStockCore(report);
  return {
    figures: {
      ...rateAndP99('stock core, one item', oneItem, { target: 20_000 }),
      ...rateAndP99('stock core, four items an order', fourItems, {}),
      ...rateAndP99('stock core, sold out', soldOut, {}),
      'stock core against a transaction per buyer': {
        value: oneItem.rate / naive.rate,
        unit: 'times',
        target: 20,
      },
      'stock core against the statement alone': { value: oneItem.rate / statementAlone.rate, unit: 'times' },
    },
    peers: {
      'a transaction per buyer': rateAndP99('stock core, one item', naive, {}),
      'the statement alone': {
        'stock core, one item': { value: statementAlone.rate, unit: 'reservations/s' },
      },
    },
  };
};

function rateAndP99(
  name: string,
  { rate, milliseconds }: LoadResult,
  target: Partial<Figure>,
): Record<string, Figure> {
  return {
    [name]: { value: rate, unit: 'reservations/s', ...target },
    [`${name}, p99`]: { value: quantile(milliseconds, 0.99), unit: 'ms' },
  };
}
