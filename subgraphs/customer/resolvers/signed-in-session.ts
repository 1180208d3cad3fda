/** `SignedInSession`. */
import type { SignedInSessionResolvers } from '../../../schema/types/customer.js';

export const SignedInSession: SignedInSessionResolvers = {
  isCurrent: ({ id }, _args, { identity }) => id === identity.sessionId,
};
