/**
 * The one enum of error codes that leave Kedai, and the two ways to fail: a `requestError` refuses the field (a GraphQL
 * error with `extensions.code`), a `UserFault` is something the user can mend (it becomes the payload's `userErrors`).
 */
import { GraphQLError } from 'graphql';

export enum ErrorCode {
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  FORBIDDEN = 'FORBIDDEN',
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  NOT_FOUND = 'NOT_FOUND',
  RATE_LIMITED = 'RATE_LIMITED',
  OPERATION_TOO_COMPLEX = 'OPERATION_TOO_COMPLEX',
  SUBGRAPH_UNAVAILABLE = 'SUBGRAPH_UNAVAILABLE',
  INTERNAL_SERVER_ERROR = 'INTERNAL_SERVER_ERROR',
}

/** Mirrors `enum UserErrorCode` of the schemas. */
export type UserErrorCode =
  | 'ALREADY_EXISTS'
  | 'CART_EMPTY'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INSUFFICIENT_POINTS'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_INPUT'
  | 'INVALID_OPTION'
  | 'INVALID_QUANTITY'
  | 'INVALID_STATE'
  | 'IN_USE'
  | 'ITEM_UNAVAILABLE'
  | 'NOT_FOUND'
  | 'ORDER_NOT_PAYABLE'
  | 'OUT_OF_STOCK'
  | 'PAYMENT_DECLINED'
  | 'PRICE_CHANGED'
  | 'REFUND_EXCEEDS_CAPTURED'
  | 'SESSION_ENDED'
  | 'TOO_MANY_ATTEMPTS';

export interface UserError {
  readonly code: UserErrorCode;
  /** Path below `input`, such as ['lines', '0', 'quantity']. */
  readonly field: string[] | null;
  readonly message: string;
}

export function requestError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** For what does not exist and what the caller may not see alike. */
/** For what the caller may see and not change. */
export function forbidden(): GraphQLError {
  return requestError(ErrorCode.FORBIDDEN, 'Not allowed');
}

export function notFound(what: string): GraphQLError {
  return requestError(ErrorCode.NOT_FOUND, `${what} not found`);
}

/** Thrown by domain and store code; nothing may have been written when it is thrown. */
export class UserFault extends Error {
  readonly userErrors: readonly UserError[];

  constructor(userErrors: readonly UserError[]) {
    super(userErrors.map(({ message }) => message).join('; '));
    this.name = 'UserFault';
    this.userErrors = userErrors;
  }

  static of(code: UserErrorCode, message: string, field: string[] | null = null): UserFault {
    return new UserFault([{ code, field, message }]);
  }
}

/** Runs a mutation's work and shapes its payload: the work's fields, or `userErrors` with every field null. */
export async function payloadOf<Payload extends object>(
  work: () => Promise<Payload>,
): Promise<(Payload | Record<never, never>) & { userErrors: readonly UserError[] }> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    if (error instanceof UserFault) return { userErrors: error.userErrors };
    throw error;
  }
}
