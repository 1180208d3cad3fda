/** What a gateway is measured on: a supergraph, what its subgraphs answer, and what clients ask. */
import { composeServices } from '@apollo/composition';
import type { DocumentNode, ExecutionResult } from 'graphql';

export interface Scene {
  readonly name: string;
  readonly subgraphs: readonly { readonly name: string; readonly typeDefs: DocumentNode }[];
  /** By name, as clients send them. */
  readonly operations: Readonly<Record<string, { readonly query: string; readonly variables?: object }>>;
  /** What a subgraph says, the same every time. */
  answer(
    subgraph: string,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult>;
}

/** @param urlOf where each subgraph is served. */
export function supergraphOf({ subgraphs }: Scene, urlOf: (name: string) => string): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: urlOf(name) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
