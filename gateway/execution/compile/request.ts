/**
 * What is sent to a subgraph. Everything that does not change from run to run is made once per plan, as text: a request
 * adds the client's variables and the representations. Its `variables` are objects for a subgraph in process, its
 * `body` is text for one over HTTP; each is made only when it is read.
 */
import type { DocumentNode, OperationTypeNode } from 'graphql';
import type { SubgraphRequest } from '../../clients/client.js';
import type { ResponseObject } from '../run/response-object.js';
import { jsonText, quote } from '../write/json-text.js';

export type Variables = Readonly<Record<string, unknown>>;

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

export class RequestTemplate {
  readonly shape: RequestShape;
  readonly #head: string;

  constructor(shape: RequestShape) {
    this.shape = shape;
    const name = shape.operationName === undefined ? '' : `,"operationName":${quote(shape.operationName)}`;
    this.#head = `{"query":${quote(shape.query)}${name},"variables":{`;
  }

  request(clientVariables: Variables, lists: readonly RepresentationList[] = []): SubgraphRequest {
    return new PlannedRequest(this.shape, this.#head, clientVariables, lists);
  }
}

class PlannedRequest implements SubgraphRequest {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly operationType: OperationTypeNode;
  readonly #names: readonly string[];
  readonly #head: string;
  readonly #clientVariables: Variables;
  readonly #lists: readonly RepresentationList[];

  constructor(
    shape: RequestShape,
    head: string,
    clientVariables: Variables,
    lists: readonly RepresentationList[],
  ) {
    this.query = shape.query;
    this.document = shape.document;
    this.operationName = shape.operationName;
    this.operationType = shape.operationType;
    this.#names = shape.variableNames;
    this.#head = head;
    this.#clientVariables = clientVariables;
    this.#lists = lists;
  }

  get variables(): Variables {
    const variables: Record<string, unknown> = {};
    for (const [name, value] of this.#given()) variables[name] = value;
    for (const list of this.#lists) variables[list.variable] = list.values();
    return variables;
  }

  get body(): string {
    const parts: string[] = [];
    for (const [name, value] of this.#given()) parts.push(`${quote(name)}:${jsonText(value)}`);
    for (const list of this.#lists) parts.push(`${quote(list.variable)}:[${list.texts().join(',')}]`);
    return `${this.#head}${parts.join(',')}}}`;
  }

  /** A variable that the client left out is left out here too, so that the subgraph applies its default. */
  *#given(): Generator<readonly [string, unknown]> {
    for (const name of this.#names) {
      if (!Object.hasOwn(this.#clientVariables, name)) continue;
      const value = this.#clientVariables[name];
      if (value !== undefined) yield [name, value];
    }
  }
}
