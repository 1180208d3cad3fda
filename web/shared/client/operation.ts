/** An operation of the screens, parsed when it is first sent: to parse all of them when a page opens takes a phone a fifth of a second. */
import { type AnyVariables, gql, type TypedDocumentNode } from 'urql';

export function operation<Data, Variables extends AnyVariables>(
  text: string,
): TypedDocumentNode<Data, Variables> {
  let parsed: TypedDocumentNode<Data, Variables> | undefined;
  function document(): TypedDocumentNode<Data, Variables> {
    parsed ??= gql<Data, Variables>(text);
    return parsed;
  }
  return {
    get kind() {
      return document().kind;
    },
    get definitions() {
      return document().definitions;
    },
  };
}
