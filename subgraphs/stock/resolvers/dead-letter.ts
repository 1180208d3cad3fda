/** `DeadLetter`. */
import type { DeadLetterResolvers } from '../../../schema/types/stock.js';

export const DeadLetter: DeadLetterResolvers = {
  payload: ({ payload }) => Buffer.from(payload).toString('utf8'),
  at: ({ receivedAt }) => receivedAt,
};
