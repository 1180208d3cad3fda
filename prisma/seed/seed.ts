/** Fills empty databases with the demo chain, the same every time. Does nothing where it exists. */
import type { SubgraphName } from '../../subgraphs/names.js';
import { seedCustomer } from './customer.js';
import { seedMenu } from './menu.js';
import { seedOrder } from './order.js';
import { seedPayment } from './payment.js';
import { seedStock } from './stock.js';

/** @param urlOf the URLs of the databases, which have been migrated. */
export async function seedDemo(urlOf: (name: SubgraphName) => string): Promise<void> {
  await Promise.all([
    seedCustomer(urlOf('customer')),
    seedMenu(urlOf('menu')),
    seedOrder(urlOf('order')),
    seedStock(urlOf('stock')),
    seedPayment(urlOf('payment')),
  ]);
}
