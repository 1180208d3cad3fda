/**
 * The one enum of error codes that leave Kedai, and the two ways to fail: a `requestError` refuses the field (a GraphQL
 * error with `extensions.code`); a `UserFault` is something the user can correct, and becomes the payload's `userErrors`.
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

/**
 * The codes of `userErrors`, as members. Here are those that the platform itself answers with; the generated types of each
 * schema (`schema/types/`) add the rest, from its `enum UserErrorCode`.
 */
export interface UserErrorCodes {
  readonly IDEMPOTENCY_KEY_REUSED: true;
  readonly INVALID_INPUT: true;
  readonly INVALID_QUANTITY: true;
}

export type UserErrorCode = keyof UserErrorCodes;

export interface UserError {
  readonly code: UserErrorCode;
  /** Path below `input`, such as ['lines', '0', 'quantity']. */
  readonly field: string[] | null;
  readonly message: string;
  /** When the same may succeed, where waiting helps and the moment is known. */
  readonly retryAt?: Date | null;
}

export function requestError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** For what the caller may see and not change. */
export function forbidden(): GraphQLError {
  return requestError(ErrorCode.FORBIDDEN, 'Not allowed');
}

/** For what does not exist and for what the caller may not see: the two look the same. */
export function notFound(what: string): GraphQLError {
  return requestError(ErrorCode.NOT_FOUND, `${what} not found`);
}

/** Thrown by domain, operations and store; the transaction it is thrown in writes nothing. */
export class UserFault extends Error {
  readonly userErrors: readonly UserError[];

  constructor(userErrors: readonly UserError[]) {
    super(userErrors.map(({ message }) => message).join('; '));
    this.name = 'UserFault';
    this.userErrors = userErrors;
  }

  static of(
    code: UserErrorCode,
    message: string,
    field: string[] | null = null,
    retryAt: Date | null = null,
  ): UserFault {
    return new UserFault([{ code, field, message, ...(retryAt && { retryAt }) }]);
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
