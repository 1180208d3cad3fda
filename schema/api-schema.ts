/** What clients see of a supergraph: no join machinery, nothing `@inaccessible`, sorted by name. */
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, lexicographicSortSchema } from 'graphql';

/** Access directives restrict who sees a field, not what the schema is. */
export const FEATURES = { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES };

export function apiSchemaOf(supergraphSdl: string): GraphQLSchema {
  return lexicographicSortSchema(Supergraph.build(supergraphSdl, FEATURES).apiSchema().toGraphQLJSSchema());
}
