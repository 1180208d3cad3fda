/** Xendit's list of transactions: money that has come, found by our payment's id where Xendit's own is not known. */
import { z } from 'zod';
import type { JsonApi } from '../json-api.js';
import { readFound } from './answers.js';

const transactionsSchema = z.object({ data: z.array(z.object({ product_id: z.string() })) });

/**
 * Xendit's id of the charge by which a payment came; null while none has.
 * @throws ProviderUnavailable also when the key may not read transactions.
 */
export async function findCapturedCharge(api: JsonApi, paymentId: string): Promise<string | null> {
  const query = new URLSearchParams({ types: 'PAYMENT', statuses: 'SUCCESS', reference_id: paymentId });
  const answer = await api({ method: 'GET', path: `/transactions?${query}` });
  return readFound(answer, transactionsSchema)?.data[0]?.product_id ?? null;
}
