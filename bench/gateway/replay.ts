/**
 * The subgraphs of a scene, each at a path of one port: repeated requests are answered from memory, byte for byte, at minimum
 * cost. `/whole` answers a client's whole operation, for the floor.
 */
import { createServer } from 'node:http';
import { parse } from 'graphql';
import { executeToText } from '../../gateway/execution/execute.js';
import { prepare } from '../../gateway/execution/prepare.js';
import { loadSupergraph } from '../../gateway/supergraph/supergraph.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { supergraphOf } from './scene.js';
import { SCENES } from './scenes.js';

const scene = SCENES.find(({ name }) => name === process.env.SCENE);
if (!scene) throw new Error(`No scene ${process.env.SCENE}`);
const supergraph = loadSupergraph(supergraphOf(scene, (name) => `http://localhost/${name}`, false));
const names = scene.subgraphs.map(({ name }) => name);
const { answer } = scene;
const stored = new Map<string, Buffer>();

async function answerOf(name: string, body: string): Promise<string> {
  const { query, variables } = JSON.parse(body);
  if (names.includes(name)) return JSON.stringify(await answer(name, parse(query), variables));
  const clients = new Map(
    names.map((service) => [
      service,
      {
        name: service,
        execute: async ({ body = '' }) => JSON.parse(await answerOf(service, body)),
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
  return (await executeToText(prepare(supergraph, parse(query)), { variables, clients, call })).text;
}

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', async () => {
    const body = Buffer.concat(pieces).toString('utf8');
    const key = `${request.url} ${body}`;
    const known = stored.get(key) ?? Buffer.from(await answerOf(request.url?.slice(1) ?? '', body));
    stored.set(key, known);
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': known.length })
      .end(known);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1');
