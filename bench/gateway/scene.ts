/** What a gateway is measured on: a supergraph, its subgraphs' answers, and clients' operations. */
import { composeServices } from '@apollo/composition';
import { type DocumentNode, type ExecutionResult, Kind, visit } from 'graphql';

export interface Scene {
  readonly name: string;
  readonly subgraphs: readonly { readonly name: string; readonly typeDefs: DocumentNode }[];
  /** By name, as clients send them. */
  readonly operations: Readonly<Record<string, { readonly query: string; readonly variables?: object }>>;
  /** A subgraph's answer, the same every time. */
  answer(
    subgraph: string,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult>;
}

const ACCESS = ['authenticated', 'requiresScopes', 'policy'];

/**
 * @param urlOf where each subgraph is served.
 * @param isGuarded with its access directives, which plain `@apollo/gateway` takes from no supergraph.
 */
export function supergraphOf(
  { subgraphs }: Scene,
  urlOf: (name: string) => string,
  isGuarded: boolean,
): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, typeDefs }) => ({
      name,
      typeDefs: isGuarded ? typeDefs : withoutAccess(typeDefs),
      url: urlOf(name),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

function withoutAccess(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: ({ name }) => (ACCESS.includes(name.value) ? null : undefined),
    ListValue: (list) => ({
      ...list,
      values: list.values.filter(
        (value) => value.kind !== Kind.STRING || !ACCESS.includes(value.value.slice(1)),
      ),
    }),
  });
}
