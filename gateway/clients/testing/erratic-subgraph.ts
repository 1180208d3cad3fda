/** A subgraph over HTTP for tests that answers as each test says, and records its requests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse } from 'graphql';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newTraceparent } from '../../../platform/trace.js';
import type { SubgraphCall, SubgraphRequest } from '../client.js';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export const json =
  (body: object, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

export const never: Answer = () => {};

export class ErraticSubgraph {
  /** Answers each request by the next of these; the last one stays. */
  answers: Answer[] = [json({ data: { n: 1 } })];
  readonly requests: IncomingMessage[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      request.resume().once('end', () => answer?.(response, request));
    });
  }

  static async start(): Promise<ErraticSubgraph> {
    const subgraph = new ErraticSubgraph();
    await once(subgraph.#server.listen(0, '127.0.0.1'), 'listening');
    return subgraph;
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null
      ? `http://127.0.0.1:${address.port}/graphql?v=1`
      : '';
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export const requestOf = (operationType: 'query' | 'mutation'): SubgraphRequest => ({
  query: `${operationType} { n }`,
  document: parse(`${operationType} { n }`),
  operationName: undefined,
  operationType,
  variables: {},
});

export const callOf = (more: Partial<SubgraphCall> = {}): SubgraphCall => ({
  identity: ANONYMOUS,
  authorization: undefined,
  traceparent: newTraceparent(),
  signal: new AbortController().signal,
  ...more,
});
