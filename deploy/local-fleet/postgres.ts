/** The fleet's PostgreSQL: a real server in a folder of its own that can be crashed and comes back on the same port. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { isAlive, readPidFile } from '../../platform/database/embedded-server.js';
import { afterOurEnd } from './guard.js';
import { stablePort } from './stable-port.js';

export interface LocalPostgres {
  /** The administrator's connection string, the same after every start. */
  readonly url: string;
  /** Stops it at once, as `pg_ctl stop -m immediate` does: connections are cut off, and the next start has to recover. */
  crash(): Promise<void>;
  /** Starts it again after a crash; resolves when it takes connections. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options.durable `false` where it is never made to crash: what was committed last may be lost then. */
export async function startLocalPostgres(options: {
  folder: string;
  durable: boolean;
}): Promise<LocalPostgres> {
  const port = await stablePort();
  let server = await startEmbeddedPostgres({ ...options, port });
  const callOff = afterOurEnd(CLEAN_UP, options.folder);
  return {
    url: server.url,
    async crash() {
      const running = await readPidFile(join(options.folder, 'cluster'));
      if (running === undefined) throw new Error('PostgreSQL is not running.');
      process.kill(running.pid, 'SIGQUIT');
      while (isAlive(running.pid)) await sleep(20);
    },
    async start() {
      server = await startEmbeddedPostgres({ ...options, port });
    },
    async stop() {
      await server.stop();
      callOff();
    },
  };
}

/** Stops the server that has not been stopped. */
const CLEAN_UP = `
  pid=$(head -n 1 "$0/cluster/postmaster.pid") && kill -INT "$pid"
`;
