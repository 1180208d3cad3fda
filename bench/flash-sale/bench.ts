/** `npm run bench -- flash-sale`: many buyers of few units. */

import { startWholeSystem } from '../../tests/support/whole-system.js';
import type { LoadResult } from '../orders/load.js';
import { type Bench, type Figure, quantile } from '../result.js';
import { holdFlashSale } from './sale.js';
import { measureStockCore } from './stock-core.js';

const BUYERS = 2_000;

export const bench: Bench = async (report) => {
  report(`${BUYERS} buyers through the gateway …`);
  const system = await startWholeSystem({ RATE_LIMIT: 'off', LOG_LEVEL: 'error' });
  const sale = await holdFlashSale(system.url, BUYERS);
  await system.stop();
  const { oneItem, fourItems, soldOut, naive, statementAlone } = await measureStockCore(report);
  return {
    figures: {
      'gateway, until every buyer has the last word': { value: sale.seconds, unit: 's', target: 3 },
      'gateway, first answer p99': { value: quantile(sale.milliseconds, 0.99), unit: 'ms', target: 1_500 },
      'gateway, units promised of 100': {
        value: sale.statuses.filter((status) => status === 'AWAITING_PAYMENT').length,
        unit: 'units',
        target: 100,
      },
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
