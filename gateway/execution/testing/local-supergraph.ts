/**
 * A supergraph of real subgraphs in this process for tests: schemas with resolvers, composed as Apollo composes them,
 * called in JSON with the body that would travel, validated like any operation.
 */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute as executeSchema, type GraphQLError, parse, validate } from 'graphql';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import type { SubgraphCall, SubgraphClient } from '../../clients/client.js';
import { loadSupergraph, type Supergraph } from '../../supergraph/supergraph.js';
import { execute } from '../execute.js';
import { type PreparedOperation, prepare } from '../prepare.js';
import type { Variables } from '../types.js';

type ModuleWithResolvers = Exclude<Parameters<typeof buildSubgraphSchema>[0], readonly unknown[]>;
type Resolvers = Extract<ModuleWithResolvers, { typeDefs: unknown }>['resolvers'];

export interface LocalSubgraph {
  readonly typeDefs: string;
  readonly resolvers: NonNullable<Resolvers>;
}

export interface SentRequest {
  readonly service: string;
  readonly query: string;
  readonly variables: Variables;
}

/** What a client would get: parsed from JSON. */
export interface JsonAnswer {
  readonly data?: unknown;
  readonly errors?: readonly Pick<GraphQLError, 'message' | 'path' | 'extensions'>[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface LocalSupergraph {
  readonly supergraph: Supergraph;
  /** Replace one to have a subgraph behave as no schema would. */
  readonly clients: Map<string, SubgraphClient>;
  readonly call: SubgraphCall;
  /** Everything that was sent, in order. */
  readonly sent: SentRequest[];
  prepare(source: string): PreparedOperation;
  ask(source: string, variables?: Variables): Promise<JsonAnswer>;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", "@interfaceObject",
  "@authenticated", "@cost", "@listSize", "@context", "@fromContext"
])\n`;

export function localSupergraph(subgraphs: Readonly<Record<string, LocalSubgraph>>): LocalSupergraph {
  const modules = Object.entries(subgraphs).map(([name, { typeDefs, resolvers }]) => ({
    name,
    resolvers,
    typeDefs: parse(LINK + typeDefs),
  }));
  const { supergraphSdl, errors } = composeServices(modules.map((module) => ({ ...module, url: '' })));
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  const supergraph = loadSupergraph(supergraphSdl);
  const sent: SentRequest[] = [];
  const clients = new Map<string, SubgraphClient>();
  for (const module of modules) {
    const schema = buildSubgraphSchema(module);
    clients.set(module.name, {
      name: module.name,
      async execute({ body = '' }) {
        const { query, variables } = JSON.parse(body);
        sent.push({ service: module.name, query, variables });
        const document = parse(query);
        const invalid = validate(schema, document);
        if (invalid.length > 0) return { errors: invalid };
        return JSON.parse(
          JSON.stringify(
            await executeSchema({ schema, document, variableValues: variables, contextValue: {} }),
          ),
        );
      },
      async subscribe() {
        throw new TypeError('No streams here');
      },
      async close() {},
    });
  }
  const call = {
    identity: ANONYMOUS,
    authorization: undefined,
    traceparent: '00-00000000000000000000000000000001-0000000000000001-01',
    signal: new AbortController().signal,
  };
  const ready = (source: string): PreparedOperation => {
    const document = parse(source);
    const [problem] = validate(supergraph.apiSchema, document);
    if (problem) throw problem;
    return prepare(supergraph, document);
  };
  return {
    supergraph,
    clients,
    call,
    sent,
    prepare: ready,
    async ask(source, variables = {}) {
      return JSON.parse(JSON.stringify(await execute(ready(source), { variables, clients, call })));
    },
  };
}
