/** Processes pinned to one core each where the system supports it, so that measuring does not slow down what is measured. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export const MEASURED_CORE = 0;
export const MEASURING_CORE = 1;
/** Clock ticks a second, by which Linux counts the time of processes everywhere. */
const TICKS = 100;

function canPin(): boolean {
  if (availableParallelism() < 2) return false;
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const IS_PINNED = canPin();

/** Pins this process to the core of the load generator. */
export function pinMyself(): void {
  if (IS_PINNED)
    execFileSync('taskset', ['-a', '-c', '-p', String(MEASURING_CORE), String(process.pid)], {
      stdio: 'ignore',
    });
}

export interface PinnedProcess {
  /** Processor time so far, of all its threads; undefined where the system does not report it. */
  cpuMilliseconds(): number | undefined;
  stop(): Promise<void>;
}

export interface Command {
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Starts Node on a core. */
export function startPinned(core: number, { arguments: given, environment, folder }: Command): PinnedProcess {
  const [command, first] = IS_PINNED
    ? ['taskset', ['-c', String(core), process.execPath]]
    : [process.execPath, []];
  const child = spawn(command, [...first, ...given], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (piece) => {
    complaint = (complaint + piece).slice(-2_000);
  });
  child.once('exit', (code) => {
    if (code) process.stderr.write(`${given.join(' ')} ended with ${code}:\n${complaint}\n`);
  });
  return { cpuMilliseconds: () => cpuOf(child), stop: () => stopChild(child) };
}

function cpuOf({ pid }: ChildProcess): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
  } catch {
    return undefined;
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
