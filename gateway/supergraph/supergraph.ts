/**
 * A loaded supergraph: everything the gateway derives from one SDL, made once and never changed afterwards. Loading
 * fails closed: a linked feature `for: SECURITY` or `for: EXECUTION` that this gateway does not know is an error, never
 * a supergraph served without it.
 */
import { createHash } from 'node:crypto';
import {
  type Schema as ApiSchema,
  ContextSpecDefinition,
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as FederationSupergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, parse } from 'graphql';
import { type NodeOwners, readNodeOwners } from './node-owners.js';
import { type Override, readOverrides } from './overrides.js';
import { type PlannedFields, plannedFields } from './planned-fields.js';
import { type RequiredArguments, readRequiredArguments } from './required-arguments.js';
import { withoutMisleadingKeys } from './resolvable-keys.js';
import { ENFORCED_SECURITY_FEATURES, readSecurity, type SecurityView } from './security.js';

/** A subgraph, at the address that the supergraph names. */
export interface Service {
  readonly name: string;
  readonly url: string;
}

export interface Supergraph {
  /** SHA-256 of the SDL: equal ids mean equal supergraphs. */
  readonly id: string;
  readonly sdl: string;
  readonly schema: FederationSupergraph;
  /** What clients see, for the planner. */
  readonly plannedSchema: ApiSchema;
  /** What clients see: no `@inaccessible` element, no federation machinery. */
  readonly apiSchema: GraphQLSchema;
  /** Everything, as composed: what subgraphs know and clients do not see included. */
  readonly fullSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly plannedFields: PlannedFields;
  readonly requiredArguments: RequiredArguments;
  /** Interfaces and unions that no object that clients may see belongs to. */
  readonly unpopulatedTypes: ReadonlySet<string>;
  readonly nodeOwners: NodeOwners;
  readonly overrides: readonly Override[];
  readonly services: readonly Service[];
  readonly security: SecurityView;
}

const SUPPORTED_FEATURES = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  ...ENFORCED_SECURITY_FEATURES,
  `${ContextSpecDefinition.identity}/v0.1`,
]);

function unpopulatedTypes(schema: GraphQLSchema): ReadonlySet<string> {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return new Set(
    abstract.filter((type) => schema.getPossibleTypes(type).length === 0).map(({ name }) => name),
  );
}

export function loadSupergraph(sdl: string): Supergraph {
  const schema = FederationSupergraph.build(withoutMisleadingKeys(parse(sdl)), {
    supportedFeatures: SUPPORTED_FEATURES,
    validateSupergraph: true,
  });
  const plannedSchema = schema.apiSchema();
  const apiSchema = plannedSchema.toGraphQLJSSchema();
  return {
    id: createHash('sha256').update(sdl).digest('hex'),
    sdl,
    schema,
    plannedSchema,
    apiSchema,
    fullSchema: schema.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(schema, {
      exposeDocumentNodeInFetchNode: true,
      // Fetches without named fragments can be merged; the plan is sent as prepared bytes, so their length is cheap.
      reuseQueryFragments: false,
    }),
    plannedFields: plannedFields(schema.schema),
    requiredArguments: readRequiredArguments(schema),
    unpopulatedTypes: unpopulatedTypes(apiSchema),
    nodeOwners: readNodeOwners(schema),
    overrides: readOverrides(schema.schema),
    services: schema.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    security: readSecurity(schema.schema),
  };
}
