/**
 * Operations that are known to be valid on one supergraph, found again by their text alone. Bounded by count and by
 * text, least recently used out first; only what passed every check is kept, so that nobody can fill it with nonsense.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { ErrorCode } from '../../platform/errors.js';
import { type Authorized, authorize } from '../access/authorize.js';
import { type Grants, meets, SchemaRequirements } from '../access/requirements.js';
import { operationKey } from '../execution/plan-cache.js';
import type { SecurityRequirement } from '../supergraph/security.js';
import type { Supergraph } from '../supergraph/supergraph.js';
import { Refusal } from './refusal.js';

const MAXIMUM_DOCUMENTS = 5_000;
/** Of source text; the parsed form takes about twenty times that. */
const MAXIMUM_CHARACTERS = 4 * 2 ** 20;

export class KnownOperations {
  readonly #schema: GraphQLSchema;
  readonly #requirements: SchemaRequirements;
  readonly #documents = new LRUCache<string, Map<string, KnownOperation>>({
    max: MAXIMUM_DOCUMENTS,
    maxSize: MAXIMUM_CHARACTERS,
    sizeCalculation: (_operations, source) => Math.max(1, source.length),
  });

  constructor({ apiSchema, security }: Pick<Supergraph, 'apiSchema' | 'security'>) {
    this.#schema = apiSchema;
    this.#requirements = new SchemaRequirements(apiSchema, security);
  }

  find(source: string, operationName: string | undefined): KnownOperation | undefined {
    return this.#documents.get(source)?.get(operationName ?? '');
  }

  /** @param document valid. @throws Refusal when it has no such operation. */
  learn(source: string, document: DocumentNode, operationName: string | undefined): KnownOperation {
    const known = this.find(source, operationName);
    if (known !== undefined) return known;
    const definition = pickOperation(document, operationName);
    const operation = new KnownOperation(this.#schema, this.#requirements, source, document, definition);
    const siblings = this.#documents.get(source) ?? new Map<string, KnownOperation>();
    siblings.set(operationName ?? '', operation);
    this.#documents.set(source, siblings);
    return operation;
  }

  get size(): number {
    return this.#documents.size;
  }
}

export class KnownOperation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** What its selections demand, each demand once. */
  readonly demands: readonly SecurityRequirement[];
  readonly #schema: GraphQLSchema;
  readonly #requirements: SchemaRequirements;
  readonly #key: string;
  readonly #variants = new LRUCache<string, OperationVariant>({ max: 32 });

  constructor(
    schema: GraphQLSchema,
    requirements: SchemaRequirements,
    source: string,
    document: DocumentNode,
    definition: OperationDefinitionNode,
  ) {
    this.#schema = schema;
    this.#requirements = requirements;
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

  /** What of it is left for whoever has these grants. Callers who meet the same demands share a variant. */
  variantFor(grants: Grants): OperationVariant {
    const met = new Set(this.demands.filter((demand) => meets(demand, grants)));
    const signature = this.demands.map((demand) => (met.has(demand) ? '1' : '0')).join('');
    const known = this.#variants.get(signature);
    if (known !== undefined) return known;
    const authorized = authorize(
      this.#schema,
      this.#requirements,
      this.document,
      this.definition,
      (requirements) => requirements.every((requirement) => met.has(requirement)),
    );
    const variant = { ...authorized, key: `${this.#key}${signature}` };
    this.#variants.set(signature, variant);
    return variant;
  }

  #demands(): readonly SecurityRequirement[] {
    if (this.#requirements.isEmpty) return [];
    const demands = new Set<SecurityRequirement>();
    authorize(this.#schema, this.#requirements, this.document, this.definition, (requirements) => {
      for (const requirement of requirements) demands.add(requirement);
      return true;
    });
    return [...demands];
  }
}

export interface OperationVariant extends Authorized {
  /** Tells its plan from all others. */
  readonly key: string;
}

function pickOperation(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const named = operations.filter(
    (operation): operation is OperationDefinitionNode =>
      operation.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || operation.name?.value === operationName),
  );
  const [operation] = named;
  if (operation !== undefined && named.length === 1) return operation;
  const problem =
    operationName === undefined
      ? 'Must provide operation name if query contains multiple operations.'
      : `Unknown operation named "${operationName}".`;
  throw Refusal.of(ErrorCode.BAD_USER_INPUT, problem, { status: 400 });
}
