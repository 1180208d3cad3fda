/** The settings of the customer unit. */
import { z } from 'zod';
import { positiveCount, wholeNumber } from '../../platform/config.js';
import { LONGEST_ACCESS_TOKEN_SECONDS } from '../../platform/identity/access-token.js';

/** How many attempts at passwords and codes may fail. */
export interface AttemptBounds {
  /** Failures at one account from one network, within the window that begins with the first. */
  readonly failures: number;
  readonly windowSeconds: number;
}

export const customerSettings = z.object({
  ACCESS_TOKEN_SECONDS: wholeNumber(1, LONGEST_ACCESS_TOKEN_SECONDS).default(LONGEST_ACCESS_TOKEN_SECONDS),
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  FAILED_SIGN_INS_PER_ACCOUNT: positiveCount.default(10),
  FAILED_SIGN_INS_PER_ACCOUNT_SECONDS: positiveCount.default(15 * 60),
  KEDAI_ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
});
