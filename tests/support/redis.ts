/** A real Redis for the length of a test file: on a free loopback port, in memory alone. */
import { freePort } from '../../platform/database/embedded-server.js';
import { describeNeeding, findProgram, type RunningProgram, startProgram } from './program.js';

const PROGRAMS = ['redis-server', 'valkey-server'];

export const describeWithRedis = describeNeeding(...PROGRAMS);

export interface RunningRedis extends RunningProgram {
  readonly url: string;
  readonly port: number;
}

/** @param options.port to come back where a former one was. Default: a free port. */
export async function startRedis(options: { port?: number } = {}): Promise<RunningRedis> {
  const program = findProgram(...PROGRAMS);
  if (!program) throw new Error(`None of ${PROGRAMS.join(', ')} is on this machine: use describeWithRedis.`);
  const port = options.port ?? (await freePort());
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const running = await startProgram(program, args, /Ready to accept connections/);
  return { ...running, port, url: `redis://127.0.0.1:${port}` };
}
