import { expect, test } from 'vitest';
import { sendText, startHttpServer } from '../../platform/http/server.js';
import { createLog } from '../../platform/log.js';
import { openRateLimits } from '../pipeline/rate-limits.js';
import { limitRoute } from './limit-route.js';

test('requests for a limited route count for their address: beyond the limit it answers 429 and when to ask again', async () => {
  const log = createLog('silent');
  const limits = await openRateLimits({ requestsPerSecond: 2, windowSeconds: 60 }, log);
  const path = '/receipt.pdf';
  const route = limitRoute(
    { method: 'GET', path, handle: (_, response) => sendText(response, 200, 'document') },
    limits,
    0,
  );
  const server = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, routes: [route], ready: async () => {}, log },
  });
  const answers = [];
  for (let request = 0; request < 121; request++)
    answers.push(await fetch(`http://127.0.0.1:${server.port}${path}`));
  expect(answers.slice(0, 120).every(({ status }) => status === 200)).toBe(true);
  expect(answers[120]?.status).toBe(429);
  expect(Number(answers[120]?.headers.get('retry-after'))).toBeGreaterThan(0);
  await server.stop();
  limits.close();
});
