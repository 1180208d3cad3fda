/** `npm run bench -- flash-sale`: many buyers of few units. */

import { startWholeSystem } from '../../tests/support/whole-system.js';
import type { LoadResult } from '../orders/load.js';
import { type Bench, type Figure, quantile } from '../result.js';
import { holdFlashSale, type SaleResult } from './sale.js';
import { measureStockCore } from './stock-core.js';

const BUYERS = 2_000;
/** Warm-up sales before the measured one. */
const WARM_UP = 2;

export const bench: Bench = async (report) => {
  report(`${BUYERS} buyers through the gateway …`);
  const system = await startWholeSystem({ RATE_LIMIT: 'off', LOG_LEVEL: 'error' });
  const first = await holdFlashSale(system.url, BUYERS);
  for (let outlet = 1; outlet <= WARM_UP; outlet += 1) {
    report('the same at another outlet, to warm up …');
    await holdFlashSale(system.url, BUYERS, { at: outlet });
  }
  report('and at one more, where it counts …');
  const sale = await holdFlashSale(system.url, BUYERS, { at: WARM_UP + 1 });
  await system.stop();
  const { oneItem, fourItems, soldOut, naive, statementAlone } = await measureStockCore(report);
  return {
    figures: {
      ...saleFigures('gateway', sale),
      ...saleFigures('gateway just started', first),
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

function saleFigures(name: string, sale: SaleResult): Record<string, Figure> {
  const promised = [...sale.statuses.values()].filter((status) => status === 'AWAITING_PAYMENT').length;
  return {
    [`${name}, until every buyer has the last word`]: { value: sale.seconds, unit: 's', target: 3 },
    [`${name}, first answer p99`]: {
      value: quantile(sale.milliseconds, 0.99),
      unit: 'ms',
      target: 1_500,
    },
    [`${name}, units promised of 100`]: { value: promised, unit: 'units', target: 100 },
  };
}

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
