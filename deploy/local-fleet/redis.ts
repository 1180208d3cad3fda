/** A Redis of this machine on a loopback port. */
import { findProgram, type RunningProgram, startProgram } from './program.js';
import { stablePort } from './stable-port.js';

export const REDIS_PROGRAMS = ['redis-server', 'valkey-server'] as const;

export interface RunningRedis extends RunningProgram {
  readonly url: string;
  readonly port: number;
}

/**
 * @param options.port of a former one, to come back there. Default: a free port.
 * @param options.settings arguments of its command line, as in docker-compose.yml. Default: in memory alone.
 */
export async function startRedisServer(
  options: { port?: number; settings?: readonly string[] } = {},
): Promise<RunningRedis> {
  const program = findProgram(...REDIS_PROGRAMS);
  if (!program) throw new Error(`None of ${REDIS_PROGRAMS.join(', ')} is on this machine.`);
  const port = options.port ?? (await stablePort());
  const settings = options.settings ?? ['--appendonly', 'no'];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...settings];
  const running = await startProgram(program, args, /Ready to accept connections/);
  return { ...running, port, url: `redis://127.0.0.1:${port}` };
}
