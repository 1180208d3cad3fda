/**
 * Caches operations that are valid on one supergraph, by their text. Bounded by count and by characters, least recently used
 * evicted first. Only operations that passed every check are stored, so that invalid ones cannot fill the cache.
 */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { fragmentsOf, pickOperation, selectedFields } from '../execution/document.js';
import { operationKey } from '../execution/plan-cache.js';
import { type CacheHints, readCacheHints } from '../supergraph/cache-hints.js';
import { type CostView, readCosts } from '../supergraph/costs.js';
import type { SecurityRequirement } from '../supergraph/security.js';
import type { Supergraph } from '../supergraph/supergraph.js';
import { type Authorized, authorize, type Decide } from './authorize.js';
import { maxAgeOf } from './cache-policy.js';
import { compileCost, type EstimateCost } from './cost.js';
import { Refusal } from './refusal.js';
import { type Grants, meets, SchemaRequirements } from './requirements.js';
import { selectedOf } from './share-key.js';

const MAXIMUM_DOCUMENTS = 5_000;
/** Of source text; the parsed form takes about twenty times that. */
const MAXIMUM_CHARACTERS = 4 * 2 ** 20;

export class OperationCache {
  readonly #schema: GraphQLSchema;
  readonly #requirements: SchemaRequirements;
  readonly #costs: CostView;
  readonly #hints: CacheHints;
  readonly #documents = new LRUCache<string, Map<string, ValidatedOperation>>({
    max: MAXIMUM_DOCUMENTS,
    maxSize: MAXIMUM_CHARACTERS,
    sizeCalculation: (_operations, source) => Math.max(1, source.length),
  });

  constructor({ apiSchema, security, schema }: Pick<Supergraph, 'apiSchema' | 'security' | 'schema'>) {
    this.#schema = apiSchema;
    this.#requirements = new SchemaRequirements(apiSchema, security);
    this.#costs = readCosts(schema.schema);
    this.#hints = readCacheHints(schema.schema);
  }

  find(source: string, operationName: string | undefined): ValidatedOperation | undefined {
    return this.#documents.get(source)?.get(operationName ?? '');
  }

  /** @param document valid. @throws Refusal when it has no such operation. */
  learn(source: string, document: DocumentNode, operationName: string | undefined): ValidatedOperation {
    const known = this.find(source, operationName);
    if (known !== undefined) return known;
    const definition = operationIn(document, operationName);
    const operation = new ValidatedOperation(
      { schema: this.#schema, requirements: this.#requirements, costs: this.#costs, hints: this.#hints },
      source,
      document,
      definition,
    );
    const siblings = this.#documents.get(source) ?? new Map<string, ValidatedOperation>();
    siblings.set(operationName ?? '', operation);
    this.#documents.set(source, siblings);
    return operation;
  }

  get size(): number {
    return this.#documents.size;
  }
}

const NOTHING: ReadonlySet<string> = new Set();

/** What of a supergraph operations are judged by. */
interface SchemaFacts {
  readonly schema: GraphQLSchema;
  readonly requirements: SchemaRequirements;
  readonly costs: CostView;
  readonly hints: CacheHints;
}

export class ValidatedOperation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** What its selections demand, each demand once. */
  readonly demands: readonly SecurityRequirement[];
  readonly #facts: SchemaFacts;
  readonly #key: string;
  readonly #variants = new LRUCache<string, OperationVariant>({ max: 32 });

  constructor(
    facts: SchemaFacts,
    source: string,
    document: DocumentNode,
    definition: OperationDefinitionNode,
  ) {
    this.#facts = facts;
    this.document = document;
    this.definition = definition;
    this.#key = operationKey(source, definition.name?.value);
    this.demands = this.#demands();
  }

  get name(): string | undefined {
    return this.definition.name?.value;
  }

  get isSubscription(): boolean {
    return this.definition.operation === OperationTypeNode.SUBSCRIPTION;
  }

  /** The names of the fields that it selects at the top. */
  rootFields(): string[] {
    return selectedFields(this.definition.selectionSet, fragmentsOf(this.document)).map(
      ({ name }) => name.value,
    );
  }

  /** Whether it is a mutation that selects nothing at the top but these fields. */
  isMutationOf(fields: ReadonlySet<string>): boolean {
    if (this.definition.operation !== OperationTypeNode.MUTATION) return false;
    return this.rootFields().every((name) => fields.has(name));
  }

  /** The part of it that callers with these grants may execute. Callers that meet the same requirements share a variant. */
  variantFor(grants: Grants): OperationVariant {
    let signature = '';
    for (const demand of this.demands) signature += meets(demand, grants) ? '1' : '0';
    const known = this.#variants.get(signature);
    if (known !== undefined) return known;
    const met = new Set(this.demands.filter((_demand, index) => signature[index] === '1'));
    const authorized = this.#authorize((requirements) =>
      requirements.every((requirement) => met.has(requirement)),
    );
    const { schema, costs, hints } = this.#facts;
    const variant: OperationVariant = {
      ...authorized,
      key: `${this.#key}${signature}`,
      selected: this.isSubscription ? selectedOf(schema, authorized.document) : NOTHING,
      maxAge: authorized.denied.length === 0 ? maxAgeOf(schema, hints, this.document, this.definition) : 0,
      estimate: compileCost(
        schema,
        costs,
        authorized.document,
        pickOperation(authorized.document, this.name),
      ),
    };
    this.#variants.set(signature, variant);
    return variant;
  }

  #demands(): readonly SecurityRequirement[] {
    if (this.#facts.requirements.isEmpty) return [];
    const demands = new Set<SecurityRequirement>();
    this.#authorize((requirements) => {
      for (const requirement of requirements) demands.add(requirement);
      return true;
    });
    return [...demands];
  }

  #authorize(decide: Decide): Authorized {
    const { schema, requirements } = this.#facts;
    return authorize(schema, requirements, this.document, this.definition, decide);
  }
}

export interface OperationVariant extends Authorized {
  /** Identifies its plan. */
  readonly key: string;
  readonly estimate: EstimateCost;
  /** Seconds for which its answer may be cached for every caller; 0 for none. */
  readonly maxAge: number;
  /** The subscription fields and the types that it selects; of a subscription alone. */
  readonly selected: ReadonlySet<string>;
}

/** @throws Refusal */
function operationIn(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  try {
    return pickOperation(document, operationName);
  } catch (error) {
    if (error instanceof GraphQLError) throw new Refusal([error], { status: 400 });
    throw error;
  }
}
