/**
 * The bench's subgraphs, each at a path of one port: what was asked before is answered from memory, byte for byte, so that
 * they cost as little as subgraphs can. `/whole` answers a client's operation as the best gateway would, for the floor.
 */
import { createServer } from 'node:http';
import { execute, parse } from 'graphql';
import { executeToText } from '../../gateway/execution/execute.js';
import { prepare } from '../../gateway/execution/prepare.js';
import { loadSupergraph } from '../../gateway/supergraph/supergraph.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { composeSupergraph, subgraphSchemas } from './subgraphs.js';

const schemas = subgraphSchemas();
const supergraph = loadSupergraph(composeSupergraph((name) => `http://localhost/${name}`));
const stored = new Map<string, Buffer>();

async function answerOf(name: string, body: string): Promise<string> {
  const { query, variables } = JSON.parse(body);
  const schema = schemas.get(name);
  if (schema)
    return JSON.stringify(await execute({ schema, document: parse(query), variableValues: variables }));
  const clients = new Map(
    [...schemas.keys()].map((service) => [
      service,
      {
        name: service,
        execute: async ({ body: asked = '' }) => JSON.parse(await answerOf(service, asked)),
        subscribe: () => Promise.reject(new Error('No streams here')),
        close: async () => {},
      },
    ]),
  );
  const call = {
    identity: ANONYMOUS,
    authorization: undefined,
    traceparent: '',
    signal: new AbortController().signal,
  };
  return (await executeToText(prepare(supergraph, parse(query)), { clients, call })).text;
}

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', async () => {
    const body = Buffer.concat(pieces).toString('utf8');
    const key = `${request.url} ${body}`;
    const answer = stored.get(key) ?? Buffer.from(await answerOf(request.url?.slice(1) ?? '', body));
    stored.set(key, answer);
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
      .end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1');
