/** The lines of an order, with what the order says of them. */
import type { OrderRecord } from '../domain/order.js';
import { isMade } from '../domain/order-state.js';
import type { Loaders } from '../store/loaders.js';
import type { OrderLine } from './parents.js';

export async function linesOf(
  { id, status, outletId }: OrderRecord,
  loaders: Pick<Loaders, 'lines'>,
): Promise<OrderLine[]> {
  const lines = await loaders.lines.load(id);
  return lines.map((line) => ({
    ...{ ...line, outletId },
    isReady: line.readyAt !== null || isMade(status),
  }));
}
