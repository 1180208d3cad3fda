import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dependsOn } from '../health.js';
import { createLog } from '../log.js';
import { metrics } from '../metrics.js';
import { type HttpServer, sendText, startHttpServer } from './server.js';

let server: HttpServer;
const failure = new Error('not yet');
let isReady = false;

beforeAll(async () => {
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: [
      { method: 'GET', path: '/hello', handle: (_request, response) => sendText(response, 200, 'hello') },
      {
        method: 'POST',
        path: '/broken',
        handle() {
          throw new Error('secret reason');
        },
      },
      {
        method: 'POST',
        path: '/cut-off',
        async handle() {
          await new pg.Client({ host: '127.0.0.1', port: 1 }).connect();
        },
      },
    ],
    ready: async () => {
      if (!isReady) throw failure;
    },
    log: createLog('silent'),
  });
});
afterAll(() => server.stop());

const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

/** The status line that a request gets which no ordinary client would send. */
async function statusLineOf(head: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  socket.end(`${head}\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  const [answer] = await once(socket.setEncoding('utf8'), 'data');
  socket.destroy();
  return String(answer).split('\r\n')[0] ?? '';
}

test('readiness answers in time although the unit does not, with one question however many ask, and names what is away', async () => {
  let questions = 0;
  const frozen = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, routes: [], log: createLog('silent') },
    ready: () => {
      questions += 1;
      return new Promise(() => undefined);
    },
  });
  const probe = () => fetch(`http://127.0.0.1:${frozen.port}/health/ready`);
  expect((await Promise.all([probe(), probe(), probe()])).map(({ status }) => status)).toEqual([
    503, 503, 503,
  ]);
  expect(questions).toBe(1);
  await frozen.stop();

  let isAway = true;
  dependsOn('the weather', () => isAway);
  isReady = true;
  expect(await (await get('/health/ready')).json()).toMatchObject({ status: 'ready', away: ['the weather'] });
  expect(await metrics.getSingleMetricAsString('kedai_dependency_up')).toContain(
    'kedai_dependency_up{dependency="the weather"} 0',
  );
  isAway = false;
  expect(await (await get('/health/ready')).json()).toEqual({ status: 'ready' });
  isReady = false;
});

test('a route serves its method and path alone', async () => {
  expect(await (await get('/hello')).text()).toBe('hello');
  expect((await get('/hello', 'POST')).status).toBe(404);
  expect((await get('/elsewhere')).status).toBe(404);
});

test('a route that fails is a 500 without its reason', async () => {
  const answer = await get('/broken', 'POST');
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
});

test('a route whose database is away answers 503 with Retry-After', async () => {
  const answer = await get('/cut-off', 'POST');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
});

test('a target that is no path is refused, and the server stays up', async () => {
  expect(await statusLineOf('GET // HTTP/1.1')).toMatch(/ 404 /);
  expect(await statusLineOf('GET http://[ HTTP/1.1')).toMatch(/ 400 /);
  expect((await get('/health/live')).status).toBe(200);
});

test('readiness follows the unit, metrics are for Prometheus', async () => {
  expect((await get('/health/ready')).status).toBe(503);
  isReady = true;
  expect((await get('/health/ready')).status).toBe(200);
  const metrics = await get('/metrics');
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  expect(await metrics.text()).toContain('process_cpu_user_seconds_total');
});

test('a busy port is one sentence that names the setting', async () => {
  await expect(
    startHttpServer({
      host: '127.0.0.1',
      port: server.port,
      routes: [],
      ready: async () => {},
      log: createLog('silent'),
    }),
  ).rejects.toThrow(/Port \d+ is in use: set PORT/);
});

test('a stopping server waits for a response in progress, and not for its idle connection', async () => {
  let answer = () => {};
  const stopping = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: [
      {
        method: 'GET',
        path: '/late',
        handle: (_request, response) => {
          answer = () => sendText(response, 200, 'late');
        },
      },
    ],
    ready: async () => {},
    log: createLog('silent'),
  });
  const cut = vi.spyOn(stopping.server, 'closeAllConnections');
  const requested = once(stopping.server, 'request');
  const response = fetch(`http://127.0.0.1:${stopping.port}/late`);
  await requested;
  const stopped = stopping.stop();
  answer();
  expect(await (await response).text()).toBe('late');
  await stopped;
  expect(cut).not.toHaveBeenCalled();
});
