/**
 * Takes a request for a link by which the owner of an address sets a new password. The answer and the work are the same whether the
 * address has an account or not: what becomes of the request is decided later (`background/password-resets.ts`).
 */
import { z } from 'zod';
import { email as emailInput, parseInput } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { insertResetRequest } from '../store/reset-requests.js';

const request = z.object({ email: emailInput });

/** @returns the address as it is compared. @throws UserFault INVALID_INPUT for what is none. */
export async function requestPasswordReset(
  { ownDatabase, passwordResets }: Pick<Context, 'ownDatabase' | 'passwordResets'>,
  entered: string,
): Promise<string> {
  const { email } = parseInput(request, { email: entered });
  await insertResetRequest(ownDatabase, email);
  passwordResets.wake();
  return email;
}
