/** A mosquitto of this machine: on a free loopback port, with the configuration it is given. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, type RunningProgram, startProgram } from './program.js';
import { stablePort } from './stable-port.js';

export const MOSQUITTO_PROGRAM = 'mosquitto';

export interface RunningMosquitto extends RunningProgram {
  readonly url: string;
  readonly port: number;
  /** Its own folder, removed when it is stopped. */
  readonly folder: string;
  /** Starts it again after a kill, with what it had on disk. */
  restart(): Promise<void>;
}

/**
 * @param configuration lines of mosquitto.conf beside the listener, given a folder for its files.
 * @param options.port of a former one, to come back there. Default: a free port.
 */
export async function startMosquitto(
  configuration: (folder: string) => string | Promise<string>,
  options: { port?: number } = {},
): Promise<RunningMosquitto> {
  const program = findProgram(MOSQUITTO_PROGRAM);
  if (!program) throw new Error('There is no mosquitto on this machine.');
  const folder = await mkdtemp(join(tmpdir(), 'kedai-mosquitto-'));
  const port = options.port ?? (await stablePort());
  // Under root it would change to an account of its own that cannot read this folder.
  const account = process.getuid?.() === 0 ? 'user root\n' : '';
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, `${account}listener ${port} 127.0.0.1\n${await configuration(folder)}\n`);
  const start = () => startProgram(program, ['-c', file], /mosquitto version \S+ running/);
  let running = await start();
  return {
    ...{ port, folder, url: `mqtt://127.0.0.1:${port}` },
    get process() {
      return running.process;
    },
    kill: () => running.kill(),
    async restart() {
      running = await start();
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
