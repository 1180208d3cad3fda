/** One gateway under load, alone on its core: is it right, how fast is it, and what does a request cost it. */
import { createServer } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { quantile } from '../result.js';
import type { Contender } from './contenders.js';
import { askOnce, type LoadTarget, load } from './load.js';
import { OPERATIONS } from './operations.js';
import { MEASURED_CORE, startPinned } from './pinned-process.js';

const CONNECTIONS = [1, 10, 50];
const WARM_UP_CONNECTIONS = 10;
const WARM_UP_SECONDS = 2;
const SECONDS = 4;
const START_SECONDS = 60;

export interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds a request, where the system tells. */
  readonly cpu: number | undefined;
}

/** By operation and connections. */
export type Measurements = ReadonlyMap<string, Measured>;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}

async function answered(target: LoadTarget): Promise<string> {
  const end = Date.now() + START_SECONDS * 1_000;
  for (;;) {
    try {
      return await askOnce(target);
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** @throws Error when it answers anything but what the subgraphs say. */
export async function measure(
  contender: Contender,
  { supergraphFile, upstream }: { supergraphFile: string; upstream: string },
  report: (progress: string) => void,
): Promise<Measurements> {
  const port = await freePort();
  const gateway = startPinned(MEASURED_CORE, contender.command({ port, supergraphFile, upstream }));
  const results = new Map<string, Measured>();
  try {
    for (const [name, query] of Object.entries(OPERATIONS)) {
      const body = JSON.stringify({ query });
      const target = { port, path: contender.path, body };
      const answer: unknown = JSON.parse(await answered(target));
      const expected: unknown = JSON.parse(
        await answered({ ...target, port: Number(new URL(upstream).port), path: '/whole' }),
      );
      if (!isDeepStrictEqual(answer, expected)) throw new Error(`${contender.name} answers ${name} wrongly`);
      await load(target, WARM_UP_CONNECTIONS, WARM_UP_SECONDS);
      for (const connections of CONNECTIONS) {
        report(`${contender.name}: ${name}, ${connections} connections`);
        const before = gateway.cpuMilliseconds();
        const { milliseconds, seconds } = await load(target, connections, SECONDS);
        const after = gateway.cpuMilliseconds();
        results.set(`${name}, ${connections} connections`, {
          rate: milliseconds.length / seconds,
          p50: quantile(milliseconds, 0.5),
          p99: quantile(milliseconds, 0.99),
          cpu:
            before === undefined || after === undefined ? undefined : (after - before) / milliseconds.length,
        });
      }
    }
  } finally {
    await gateway.stop();
  }
  return results;
}
