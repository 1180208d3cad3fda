/** Why a mutation did nothing, in the server's words where it was answered. */
import type { CombinedError } from 'urql';

/** @param unreachable where nothing was answered. */
export function failureOf(
  userErrors: readonly { readonly message: string }[] | undefined,
  error: Pick<CombinedError, 'graphQLErrors'> | undefined,
  unreachable: string,
): string {
  return userErrors?.[0]?.message ?? error?.graphQLErrors[0]?.message ?? unreachable;
}
