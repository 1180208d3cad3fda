/** The receipt of an order, for its guest and for staff of its outlet. */
import { notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import type { CreditNote, OrderReceipt } from '../domain/receipt.js';

/** @throws NOT_FOUND for an order that the caller may not see, and for one that has no receipt, alike. */
export async function readReceipt({ loaders }: Context, orderId: string): Promise<OrderReceipt> {
  const issued = isId(orderId) ? await loaders.receiptsOfOrder.load(orderId) : [];
  const receipt = issued.find(({ series }) => series === 'RECEIPT');
  if (receipt?.series !== 'RECEIPT') throw notFound('Receipt');
  return receipt;
}

/** In the order of their numbers. */
export async function readCreditNotes(
  { loaders }: Context,
  { orderId }: Pick<OrderReceipt, 'orderId'>,
): Promise<CreditNote[]> {
  const issued = await loaders.receiptsOfOrder.load(orderId);
  return issued.flatMap((one) => (one.series === 'CREDIT_NOTE' ? [one] : []));
}
