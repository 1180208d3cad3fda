/**
 * Cleans up after this process even when it is killed: a shell waits at the other side of a pipe for its end, and then runs
 * the remaining steps.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Runs a shell script once this process has ended, however it ended; `$0` is the argument.
 *
 * @returns a function that cancels it.
 */
export function afterOurEnd(script: string, argument: string): () => void {
  if (process.platform === 'win32') return () => undefined;
  const shell = spawn('sh', ['-c', `read -r _\n${script}`, argument], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return () => shell.kill('SIGKILL');
}
