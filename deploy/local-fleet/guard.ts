/**
 * For what must not outlive this process: one that is killed cannot clean up, so a shell waits for its end at the other
 * side of a pipe, and then does what is left to do.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Runs a shell script once this process has ended, however it ended; `$0` is the argument.
 *
 * @returns calls it off.
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
