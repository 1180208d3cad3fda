/**
 * What is sent to a subgraph. Everything that does not change from run to run is made once per plan, as text: a request
 * adds the client's variables and the representations. Its `variables` are objects for a subgraph in process, its
 * `body` is text for one over HTTP; each is made only when it is read.
 */
import type { DocumentNode, OperationTypeNode } from 'graphql';
import type { SubgraphRequest } from '../../clients/client.js';
import { jsonText, quote } from '../run/json-text.js';
import type { RepresentationList, RequestShape, RequestTemplate, Variables } from '../types.js';

export function requestTemplate(shape: RequestShape): RequestTemplate {
  const name = shape.operationName === undefined ? '' : `,"operationName":${quote(shape.operationName)}`;
  const head = `{"query":${quote(shape.query)}${name},"variables":{`;
  return {
    shape,
    request: (variables, lists = NO_LISTS) => new PlannedRequest(shape, head, variables, lists),
  };
}

const NO_LISTS: readonly RepresentationList[] = [];

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
