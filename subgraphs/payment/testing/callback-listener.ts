/** For tests: receives the callbacks of a provider's simulator, and can refuse them. */

import { readBody } from '../../../platform/http/body.js';
import { startHttpServer } from '../../../platform/http/server.js';
import { createLog } from '../../../platform/log.js';
import type { RawCallback } from '../providers/provider.js';

export interface CallbackListener {
  readonly url: string;
  readonly callbacks: readonly RawCallback[];
  /** Answers the next so many callbacks with 500. */
  refuse(count: number): void;
  stop(): Promise<void>;
}

export async function listenForCallbacks(): Promise<CallbackListener> {
  const callbacks: RawCallback[] = [];
  let refusals = 0;
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    ready: async () => undefined,
    log: createLog('silent'),
    routes: [
      {
        method: 'POST',
        path: '/callback',
        async handle(request, response) {
          callbacks.push({ headers: request.headers, body: await readBody(request, 65_536) });
          response.writeHead(refusals-- > 0 ? 500 : 200).end();
        },
      },
    ],
  });
  return {
    url: `http://127.0.0.1:${server.port}/callback`,
    callbacks,
    refuse(count) {
      refusals = count;
    },
    stop: server.stop,
  };
}
