/** The executable schema of `schema/<name>.graphql`, with the scalars that all schemas share and its access rules enforced. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { JSONResolver, LocalDateResolver, SafeIntResolver } from 'graphql-scalars';
import { PROJECT_FOLDER } from '../project-folder.js';
import { enforceAccess } from './access.js';
import { DateTimeResolver } from './date-time.js';
import { localizeUserErrors } from './localize-user-errors.js';
import { acceptPastedIds } from './pasted-ids.js';

/** They serialise to JSON values: within one process an answer is not converted to JSON on its way. */
const SCALARS = {
  DateTime: DateTimeResolver,
  Date: LocalDateResolver,
  SafeInt: SafeIntResolver,
  JSON: JSONResolver,
};

/** @param resolvers by type and field; each subgraph's are typed by `schema/types/<name>.ts`. */
export function buildSchema(name: string, resolvers: object): GraphQLSchema {
  const typeDefs = parse(readFileSync(join(PROJECT_FOLDER, 'schema', `${name}.graphql`), 'utf8'), {
    noLocation: true,
  });
  const schema = buildSubgraphSchema({ typeDefs, resolvers: { ...scalarsOf(typeDefs), ...resolvers } });
  return enforceAccess(localizeUserErrors(acceptPastedIds(schema)));
}

function scalarsOf(typeDefs: DocumentNode): object {
  const declared = new Set(
    typeDefs.definitions.flatMap((definition) =>
      definition.kind === 'ScalarTypeDefinition' ? [definition.name.value] : [],
    ),
  );
  return Object.fromEntries(Object.entries(SCALARS).filter(([scalar]) => declared.has(scalar)));
}
