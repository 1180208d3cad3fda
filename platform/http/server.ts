/**
 * A plain HTTP server over a table of routes, with every unit's `/health/live`, `/health/ready` and `/metrics`. Every answer
 * carries the request's id. Stopping waits up to five seconds for requests in progress. A busy port is a ConfigurationError in one
 * sentence.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ConfigurationError } from '../config.js';
import { awayDependencies, drains } from '../health.js';
import { type Listening, listen } from '../listen.js';
import type { Log } from '../log.js';
import { metrics } from '../metrics.js';
import { isConnectionFailure } from '../sql/connection-failure.js';
import { requestIdOf } from './request-id.js';

export interface Route {
  readonly method: 'GET' | 'POST' | 'ANY';
  readonly path: string;
  /** Whether `handle` sends `x-request-id` itself, with its other headers at once. Default: the server sets it. */
  readonly sendsRequestId?: true;
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    requestId: string,
  ): Promise<void> | void;
}

export interface HttpServer {
  readonly server: Server;
  readonly port: number;
  stop(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** The setting that a busy port is changed by. Default `PORT`. */
  readonly setting?: string;
  readonly routes: readonly Route[];
  /** Answers requests that match no route. Default: 404. */
  readonly fallback?: Pick<Route, 'handle' | 'sendsRequestId'>;
  /** Whether `/metrics` is served here. Default true. */
  readonly servesMetrics?: boolean | undefined;
  /** Rejects with the reason while the unit cannot serve. */
  readonly ready: () => Promise<void>;
  readonly log: Log;
  /** Called before connections are closed, for what has a closing handshake (WebSockets). */
  readonly onStop?: () => Promise<void>;
}

const DRAIN_MILLISECONDS = 5_000;
/** A database that is frozen answers nothing; one that is busy answers late, and its unit still serves. */
const READY_MILLISECONDS = 5_000;
const LOOK_AGAIN_MILLISECONDS = 50;

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const table = new Map<string, Route>();
  const { ready, routes, servesMetrics = true } = options;
  for (const route of [...healthRoutes(ready), ...(servesMetrics ? [METRICS] : []), ...routes])
    table.set(`${route.method} ${route.path}`, route);

  const server = createServer((request, response) => {
    void respond(table, options, request, response);
  });
  server.keepAliveTimeout = 65_000;
  const listening = await open(server, options);
  return {
    server,
    port: listening.port,
    async stop() {
      const closed = listening.close();
      await options.onStop?.();
      // A connection becomes idle when its last request has been answered.
      const idle = setInterval(() => server.closeIdleConnections(), LOOK_AGAIN_MILLISECONDS);
      const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MILLISECONDS);
      await closed;
      clearInterval(idle);
      clearTimeout(timer);
    },
  };
}

async function respond(
  table: Map<string, Route>,
  { fallback, log }: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = requestIdOf(request);
  const url = targetOf(request);
  const route =
    url && (table.get(`${request.method} ${url.pathname}`) ?? table.get(`ANY ${url.pathname}`) ?? fallback);
  if (route?.sendsRequestId === undefined) response.setHeader('x-request-id', requestId);
  if (url === undefined) return sendText(response, 400, 'Bad request\n');
  if (route === undefined) return sendText(response, 404, 'Not found\n');
  try {
    await route.handle(request, response, url, requestId);
  } catch (error) {
    const isAway = isConnectionFailure(error);
    const about = { error: String(error), path: url.pathname, requestId };
    log[isAway ? 'warn' : 'error'](about, 'request failed');
    if (response.headersSent) return void response.destroy();
    response.setHeader('x-request-id', requestId);
    if (isAway) sendText(response.setHeader('retry-after', '1'), 503, 'Not available at the moment\n');
    else sendText(response, 500, 'Internal server error\n');
  }
}

/** The request's target as a URL; undefined where it is none: a client may send anything. */
export function targetOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    return new URL(url.startsWith('/') ? `http://localhost${url}` : url);
  } catch {
    return undefined;
  }
}

function healthRoutes(ready: () => Promise<void>): Route[] {
  let asked: Promise<void> | undefined;
  /** One question at a time, however many probes ask: a frozen database would take a connection for each. */
  function askOnce(): Promise<void> {
    asked ??= ready().finally(() => {
      asked = undefined;
    });
    return asked;
  }
  return [
    {
      method: 'GET',
      path: '/health/live',
      handle: (_request, response) => sendJson(response, 200, { status: 'live' }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      async handle(_request, response) {
        if (drains()) return sendJson(response, 503, { status: 'stopping' });
        try {
          await within(READY_MILLISECONDS, askOnce());
        } catch {
          return sendJson(response, 503, { status: 'not ready' });
        }
        const away = awayDependencies();
        sendJson(response, 200, away.length === 0 ? { status: 'ready' } : { status: 'ready', away });
      },
    },
  ];
}

/** @throws Error when it takes longer. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const METRICS: Route = {
  method: 'GET',
  path: '/metrics',
  async handle(_request, response) {
    response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.metrics());
  },
};

async function open(
  server: Server,
  { port, host, setting = 'PORT' }: Pick<HttpServerOptions, 'port' | 'host' | 'setting'>,
): Promise<Listening> {
  try {
    return await listen(server, port, host);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new ConfigurationError(`Port ${port} is in use: set ${setting} to a free one.`);
    throw error;
  }
}

/** @throws ConfigurationError where the port is taken: before work that would be in vain. */
export async function requireFreePort(place: {
  readonly port: number;
  readonly host: string;
}): Promise<void> {
  const listening = await open(createServer(), place);
  await listening.close();
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}
