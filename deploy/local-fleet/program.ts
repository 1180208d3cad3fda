/** Finds programs of the machine, and runs one for as long as this process lives. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterOurEnd } from './guard.js';

/** Servers are in `sbin`, which is not on an ordinary user's PATH. */
const FOLDERS = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
];

/** The path of a program, under any of its names; undefined where there is none. */
export function findProgram(...names: string[]): string | undefined {
  const candidates = names.flatMap((name) => FOLDERS.map((folder) => join(folder, name)));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export interface RunningProgram {
  readonly process: ChildProcess;
  /** Terminates it and waits until it has ended. */
  stop(): Promise<void>;
  /** Kills it, as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts a program and waits until it reports that it is ready; it does not outlive this process.
 * @returns it with what it said until then, or the end of that.
 */
export async function startProgram(
  program: string,
  args: string[],
  ready: RegExp,
): Promise<RunningProgram & { readonly output: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (signal: NodeJS.Signals) => async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  if (child.pid !== undefined) child.once('exit', afterOurEnd('kill -KILL "$0"', String(child.pid)));

  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-10_000);
        if (ready.test(output)) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${program} ended with ${code} before it was ready:\n${output}`)),
    );
  });
  return { process: child, output, stop: end('SIGTERM'), kill: end('SIGKILL') };
}
