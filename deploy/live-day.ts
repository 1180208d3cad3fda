/**
 * `npm start -- --live`: a quiet day of `npm run simulate` in the started system, as a process of its own. It ends with the system; where
 * it ends earlier, that is said and the system goes on.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Log } from '../platform/log.js';
import type { Addresses } from './startup-banner.js';

const GRACE_MILLISECONDS = 5_000;
const SIMULATE = fileURLToPath(new URL('../bench/simulate.js', import.meta.url));

export function startLiveDay({ port, mqttUrl }: Addresses, log: Log): { stop(): Promise<void> } {
  const url = `http://127.0.0.1:${port}/graphql`;
  const child = spawn(process.execPath, [SIMULATE, '--live', '--url', url, '--mqtt', mqttUrl], {
    // By the channel it notices that this process has gone, however that ended.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const again = `npm run simulate -- --live --url ${url} --mqtt ${mqttUrl}`;
  let isStopping = false;
  const ended = once(child, 'exit')
    .catch((error: unknown) => {
      errors += String(error);
    })
    .then(() => {
      if (!isStopping) log.warn({ errors: errors.trim(), again }, 'the live day has ended');
    });
  return {
    async stop() {
      isStopping = true;
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), GRACE_MILLISECONDS);
      await ended;
      clearTimeout(killing);
    },
  };
}
