/** Who an operation is for. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import type { Identity } from '../../../platform/identity/identity.js';

/** The caller's customer id. The schema admits signed-in callers alone. */
export function callerOf({ customerId }: Identity): string {
  if (customerId === null) throw requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return customerId;
}
