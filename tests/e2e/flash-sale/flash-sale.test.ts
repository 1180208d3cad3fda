/** A hundred units, two thousand buyers, through the gateway over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdFlashSale, type SaleResult } from '../../../bench/flash-sale/sale.js';
import { FrontEnd } from '../../support/front-end.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

const BUYERS = 2_000;
const UNITS = 100;

describe('a flash sale', () => {
  let system: WholeSystem;
  let sale: SaleResult;
  beforeAll(async () => {
    system = await startWholeSystem({ RATE_LIMIT: 'off' });
    sale = await holdFlashSale(system.url, BUYERS);
  });
  afterAll(() => system?.stop());

  it('promises every unit and not one more', () => {
    expect(sale.statuses.filter((status) => status === 'AWAITING_PAYMENT')).toHaveLength(UNITS);
  });

  it('tells everybody else that it is sold out, at once or by rejecting the order', () => {
    expect(sale.orderIds).toHaveLength(BUYERS);
    expect(
      sale.statuses
        .filter((status) => status !== 'AWAITING_PAYMENT')
        .every((status) => status === 'REJECTED'),
    ).toBe(true);
  });

  it('answers who comes after with OUT_OF_STOCK and writes nothing', async () => {
    const late = await holdFlashSale(system.url, 20);
    expect(late.orderIds.every((id) => id === null)).toBe(true);
  });

  it('never changes its mind', async () => {
    const guest = await new FrontEnd(system.url).signIn('rina@kedai.test');
    const promised = sale.orderIds.filter((id) => id !== null);
    const { order } = await guest.ask<{ order: { statusHistory: { status: string }[] } }>(
      'query ($id: ID!) { order(id: $id) { statusHistory { status } } }',
      { id: promised[0] },
    );
    expect(order.statusHistory.map(({ status }) => status)).toEqual(['PLACED', sale.statuses[0]]);
  });
});
