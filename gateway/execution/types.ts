/** What compiling a plan hands to running it. A run depends on these shapes alone, and not on how they were compiled. */
import type {
  DocumentNode,
  FieldNode,
  OperationDefinitionNode,
  OperationTypeNode,
  SelectionSetNode,
} from 'graphql';
import type { SubgraphRequest } from '../clients/client.js';

export type Variables = Readonly<Record<string, unknown>>;

/** An object of an answer. Subgraphs' own objects become part of the answer and are written to. */
export type ResponseObject = Record<string, unknown>;

/** Response names and indices that lead to a place of an answer. */
export type ResponsePath = readonly (string | number)[];

/** Values for `@fromContext`, by variable; null where an object around the entity has none. */
export type ContextValues = Readonly<Record<string, unknown>>;

/** Changes a subgraph's answer, or what is sent to one, in place. `typename` stands in for a type that is not said. */
export type Rewrite = (value: unknown, typename: string | undefined) => void;

/** How an entity of the answer is named to a subgraph. Undefined for an object that lacks a field that it takes. */
export interface Representation {
  /** Its JSON text: equal texts are equal entities. */
  text(entity: ResponseObject): string | undefined;
  value(entity: ResponseObject): ResponseObject | undefined;
}

/** The representations that one variable of a request carries, as text and as objects. */
export interface RepresentationList {
  readonly variable: string;
  texts(): readonly string[];
  values(): readonly (ResponseObject | undefined)[];
}

export interface RequestShape {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly operationType: OperationTypeNode;
  /** The client's variables that it uses. */
  readonly variableNames: readonly string[];
}

/** A request but for its variables. */
export interface RequestTemplate {
  readonly shape: RequestShape;
  request(variables: Variables, lists?: readonly RepresentationList[]): SubgraphRequest;
}

/** The response name and the variable of one kind in a request. */
export interface EntitiesField {
  readonly responseName: string;
  readonly variable: string;
  /** What the names of its variables for `@fromContext` end with. */
  readonly contextSuffix: string;
}

export interface EntitiesRequest {
  readonly template: RequestTemplate;
  /** One per kind, in order. */
  readonly fields: readonly EntitiesField[];
}

/**
 * One way of fetching entities: a service and a selection, arguments included. Fetches of one kind differ in nothing but
 * the places that they serve, so no operation fetches an entity twice in one way.
 */
export interface EntityKind {
  /** Its place among the kinds of the plan. */
  readonly index: number;
  readonly serviceName: string;
  /** The request of this kind alone. */
  readonly alone: EntitiesRequest;
  /** Its parts, where it can share a request with other kinds. */
  readonly mergeable:
    | { readonly operation: OperationDefinitionNode; readonly entities: FieldNode }
    | undefined;
  /** What is selected of an entity. */
  readonly selection: SelectionSetNode | undefined;
  /** What of an entity is an object or a list of them. */
  readonly objects: readonly string[];
  readonly hasOutputRewrites: boolean;
  readonly rewriteOutput: Rewrite;
  /** The names that clients know a subgraph's aliases by. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** The requests for entities of one plan. */
export interface EntityRequests {
  /** The one request for these kinds, or undefined where they cannot share one. */
  merged(kinds: readonly EntityKind[]): EntitiesRequest | undefined;
}

/** The names that clients have for the response names of a plan. */
export interface ClientNames {
  client(part: string | number): string | number;
}
