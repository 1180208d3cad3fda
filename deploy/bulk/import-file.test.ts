import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayClient } from './gateway-client.js';
import { importFile } from './import-file.js';
import { kindNamed } from './kinds.js';

type Answering = (response: ServerResponse) => void;

let close: (() => void) | undefined;
afterEach(() => close?.());

/** A gateway that answers one request after the other as it is told, and the last again and again. */
async function gateway(...answers: readonly Answering[]) {
  const requests: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void text(request).then((body) => {
      requests.push(body);
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      answer?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}/graphql` };
}

const answer =
  (body: object): Answering =>
  (response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
const hangUp: Answering = (response) => response.destroy();
const unavailable = answer({
  errors: [{ message: 'stock is away', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
});
const RESULT = { lines: 1, created: 1, changed: 0, unchanged: 0, badLines: [] };
const done = answer({ data: { importStock: { result: RESULT, deviceTokens: [], userErrors: [] } } });

const clientOf = (url: string) =>
  new GatewayClient(url, 'token', () => Promise.reject(new Error('Signed in already')));

function importing(url: string, name: string, isDryRun: boolean) {
  const kind = kindNamed(name);
  if (kind === undefined) throw new Error(`No ${name}`);
  const watch = { begin: () => undefined, progress: () => undefined, keepTokens: async () => undefined };
  const csv = new TextEncoder().encode('outlet,ingredient,gramsPerUnit\nKedai,Kopi,1\n');
  return importFile(clientOf(url), kind, csv, isDryRun, watch);
}

describe('an import whose answer is lost', () => {
  it.each([
    ['is broken off', hangUp],
    ['comes without the subgraph', unavailable],
  ])('is not repeated where it may have made tokens, and the way out is named: it %s', async (_how, lost) => {
    const { url, requests } = await gateway(lost, done);
    await expect(importing(url, 'shelves', false)).rejects.toThrow(/export the shelves.*rotateDeviceToken/);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['of what makes no tokens', 'stock-items', false],
    ['that only checks', 'shelves', true],
  ])('is sent again: one %s', async (_what, kind, isDryRun) => {
    const { url, requests } = await gateway(hangUp, done);
    expect(await importing(url, kind, isDryRun)).toEqual(RESULT);
    expect(requests).toHaveLength(2);
  });
});
