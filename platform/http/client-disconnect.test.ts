import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ClientDisconnect } from './client-disconnect.js';

let server: Server;
let arrivals: AsyncIterator<ServerResponse>;

beforeEach(async () => {
  const waiting: ServerResponse[] = [];
  let wake: () => void = () => {};
  server = createServer((_request, response) => {
    waiting.push(response);
    wake();
  });
  arrivals = (async function* () {
    for (;;) {
      const next = waiting.shift();
      if (next) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  })();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function urlOf(): string {
  const address = server.address();
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
}

async function arrived(): Promise<ServerResponse> {
  const { value } = await arrivals.next();
  return value;
}

it('a client that leaves before its answer cancels what was begun for it', async () => {
  const leaving = new AbortController();
  const request = fetch(urlOf(), { signal: leaving.signal });
  const disconnect = new ClientDisconnect(await arrived());
  const aborted = new Promise<void>((resolve) => disconnect.addEventListener('abort', resolve));
  expect(disconnect.aborted).toBe(false);
  leaving.abort();
  await expect(request).rejects.toThrow();
  await aborted;
  expect(disconnect.aborted).toBe(true);
  expect(() => disconnect.throwIfAborted()).toThrow(/gone away/);
});

it('a client that has left already is known to have', async () => {
  const leaving = new AbortController();
  const request = fetch(urlOf(), { signal: leaving.signal });
  const response = await arrived();
  const left = once(response, 'close');
  leaving.abort();
  await expect(request).rejects.toThrow();
  await left;
  expect(new ClientDisconnect(response).aborted).toBe(true);
});

it('a client that has its answer cancels nothing, and a removed listener is not called', async () => {
  const answered = fetch(urlOf()).then((response) => response.text());
  const response = await arrived();
  const disconnect = new ClientDisconnect(response);
  let calls = 0;
  const listener = () => {
    calls += 1;
  };
  disconnect.addEventListener('abort', listener);
  const closed = once(response, 'close');
  response.end('here');
  await closed;
  expect(await answered).toBe('here');
  expect([disconnect.aborted, calls]).toEqual([false, 0]);

  const leaving = new AbortController();
  const request = fetch(urlOf(), { signal: leaving.signal });
  const other = await arrived();
  const second = new ClientDisconnect(other);
  second.addEventListener('abort', listener);
  second.removeEventListener('abort', listener);
  const gone = once(other, 'close');
  leaving.abort();
  await expect(request).rejects.toThrow();
  await gone;
  expect([second.aborted, calls]).toEqual([true, 0]);
});
