import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Departure } from './departure.js';

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
  const asking = fetch(urlOf(), { signal: leaving.signal });
  const departure = new Departure(await arrived());
  const told = new Promise<void>((resolve) => departure.addEventListener('abort', resolve));
  expect(departure.aborted).toBe(false);
  leaving.abort();
  await expect(asking).rejects.toThrow();
  await told;
  expect(departure.aborted).toBe(true);
  expect(() => departure.throwIfAborted()).toThrow(/gone away/);
});

it('a client that has left already is known to have', async () => {
  const leaving = new AbortController();
  const asking = fetch(urlOf(), { signal: leaving.signal });
  const response = await arrived();
  const left = once(response, 'close');
  leaving.abort();
  await expect(asking).rejects.toThrow();
  await left;
  expect(new Departure(response).aborted).toBe(true);
});

it('a client that has its answer cancels nothing, and whoever stopped listening is not told', async () => {
  const answered = fetch(urlOf()).then((response) => response.text());
  const response = await arrived();
  const departure = new Departure(response);
  let told = 0;
  const listener = () => {
    told += 1;
  };
  departure.addEventListener('abort', listener);
  const closed = once(response, 'close');
  response.end('here');
  await closed;
  expect(await answered).toBe('here');
  expect([departure.aborted, told]).toEqual([false, 0]);

  const leaving = new AbortController();
  const asking = fetch(urlOf(), { signal: leaving.signal });
  const other = await arrived();
  const second = new Departure(other);
  second.addEventListener('abort', listener);
  second.removeEventListener('abort', listener);
  const gone = once(other, 'close');
  leaving.abort();
  await expect(asking).rejects.toThrow();
  await gone;
  expect([second.aborted, told]).toEqual([true, 0]);
});
