/**
 * Servers on the ports of units that cannot start yet: alive, not ready, and 503 for every other request. Each closes just
 * before its unit opens the port.
 */
import { type HttpServer, type Route, startHttpServer } from '../platform/http/server.js';
import type { Log } from '../platform/log.js';

export interface StartupServersOptions {
  readonly host: string;
  readonly ports: readonly number[];
  readonly log: Log;
}

const NOT_READY: Pick<Route, 'handle'> = {
  handle: (_request, response) => void response.writeHead(503, { 'retry-after': '1' }).end('Not ready\n'),
};

export class StartupServers {
  readonly #options: StartupServersOptions;
  readonly #ending = new AbortController();
  readonly #left = new Set<number>();
  #opened: Promise<Map<number, HttpServer>> | undefined;

  constructor(options: StartupServersOptions) {
    this.#options = options;
  }

  /** Aborted when the process has to end. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Idempotent. @throws ConfigurationError when a port is taken. */
  async open(): Promise<void> {
    this.#opened ??= this.#listen();
    await this.#opened;
  }

  async leave(port: number): Promise<void> {
    this.#left.add(port);
    const servers = await this.#opened;
    await servers?.get(port)?.stop();
    servers?.delete(port);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    for (const server of (await this.#opened?.catch(() => undefined))?.values() ?? []) await server.stop();
  }

  async #listen(): Promise<Map<number, HttpServer>> {
    const { host, ports, log } = this.#options;
    const servers = new Map<number, HttpServer>();
    for (const port of ports.filter((one) => !this.#left.has(one))) {
      const server = await startHttpServer({
        host,
        port,
        routes: [],
        fallback: NOT_READY,
        ready: () => Promise.reject(new Error('still waiting for its servers')),
        log,
      });
      servers.set(port, server);
    }
    return servers;
  }
}
