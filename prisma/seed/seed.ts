/** Fills empty databases with the demo chain; the same every time, and nothing where it has been before. */
import type { SubgraphName } from '../../subgraphs/names.js';
import { seedCustomer } from './customer.js';
import { seedMenu } from './menu.js';
import { seedOrder } from './order.js';
import { seedPayment } from './payment.js';
import { seedStock } from './stock.js';

/** @param urlOf the databases, migrated. */
export async function seedDemo(urlOf: (name: SubgraphName) => string): Promise<void> {
  await Promise.all([
    seedCustomer(urlOf('customer')),
    seedMenu(urlOf('menu')),
    seedOrder(urlOf('order')),
    seedStock(urlOf('stock')),
    seedPayment(urlOf('payment')),
  ]);
}
