/** A subgraph with generated answers, which can be made unavailable. */
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import type { SubgraphClient, SubgraphRequest } from '../../clients/client.js';
import type { Faults } from './faults.js';
import { hash, MadeUpAnswer, type Values } from './made-up-answer.js';

function withDefaults({ definitions: [operation] }: DocumentNode, variables: Values): Values {
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return variables;
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...variables };
}

export class FakeSubgraph implements SubgraphClient {
  readonly name: string;
  /** Root fields in the order of the requests, for what must run in sequence. */
  readonly mutations: string[] = [];
  calls = 0;
  readonly #schema: GraphQLSchema;
  readonly #seed: number;
  readonly #faults: Faults;
  readonly #saysTypes: boolean;

  /** @param saysTypes whether every object has its `__typename`, selected or not. */
  constructor(name: string, schema: GraphQLSchema, seed: number, faults: Faults, saysTypes: boolean) {
    this.name = name;
    this.#schema = schema;
    this.#seed = seed;
    this.#faults = faults;
    this.#saysTypes = saysTypes;
  }

  async execute({ document, operationType, query, variables }: SubgraphRequest): Promise<ExecutionResult> {
    this.calls += 1;
    if (operationType === 'mutation') this.mutations.push(query);
    if (hash(this.#seed, 'dead', this.name) % 100 < this.#faults.deadServices) {
      return (
        [
          { errors: [new GraphQLError('gone', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } })] },
          { errors: [new GraphQLError('empty')], data: null },
          { data: null },
          { data: { _entities: 'no list' } },
        ][hash(this.#seed, 'death', this.name) % 4] ?? {}
      );
    }
    const answer = new MadeUpAnswer(
      this.name,
      this.#schema,
      withDefaults(document, variables),
      this.#seed,
      this.#faults,
      this.#saysTypes,
    );
    const data = answer.run(document);
    // As it would arrive: a copy, without undefined.
    const arrived = JSON.parse(JSON.stringify({ data, errors: answer.errors }));
    return arrived.errors.length > 0 ? arrived : { data: arrived.data };
  }

  async subscribe(): Promise<never> {
    throw new TypeError('Not a stream');
  }

  async close(): Promise<void> {}
}
