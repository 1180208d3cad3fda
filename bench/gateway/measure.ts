/**
 * Measures gateways in turns, each alone on its core. Several rounds are run and the best of each gateway counts, so that a
 * momentary disturbance of the machine falsifies no figure.
 */
import { createServer } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { quantile } from '../result.js';
import type { Contender, Surroundings } from './contenders.js';
import { askOnce, type LoadTarget, load } from './load.js';
import { MEASURED_CORE, type PinnedProcess, startPinned } from './pinned-process.js';

const CONNECTIONS = [1, 10, 50];
const WARM_UP = { connections: 10, seconds: 2 };
const ROUNDS = 3;
const SECONDS = 2;
const START_SECONDS = 60;

export interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of processor time a request, where the system reports it. */
  readonly cpu: number | undefined;
}

/** By operation and connections. */
export type Measurements = ReadonlyMap<string, Measured>;

interface Started {
  readonly contender: Contender;
  readonly process: PinnedProcess;
  readonly port: number;
  readonly best: Map<string, Measured>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}

/** The first answer, once the gateway serves. */
async function answered(target: LoadTarget): Promise<unknown> {
  const end = Date.now() + START_SECONDS * 1_000;
  for (;;) {
    try {
      return JSON.parse(await askOnce(target));
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** @throws Error when one of them answers anything but what the subgraphs say. */
export async function measure(
  contenders: readonly Contender[],
  surroundings: Surroundings,
  report: (progress: string) => void,
): Promise<readonly Measurements[]> {
  const started: Started[] = [];
  try {
    for (const contender of contenders) {
      report(`starting ${contender.name} on ${surroundings.scene.name}`);
      const port = await freePort();
      const command = contender.command({ ...surroundings, port });
      const one = { contender, port, process: startPinned(MEASURED_CORE, command), best: new Map() };
      started.push(one);
      await warmUp(one, surroundings);
    }
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const one of started) {
        report(`round ${round} of ${ROUNDS}: ${one.contender.name}`);
        await turn(one, surroundings);
      }
    }
    return started.map(({ best }) => best);
  } finally {
    await Promise.all(started.map(({ process }) => process.stop()));
  }
}

function targetsOf(
  { contender, port }: Started,
  surroundings: Surroundings,
): readonly (readonly [string, LoadTarget])[] {
  const authorization = (request: number) =>
    contender.authorization ? contender.authorization(request, surroundings) : `Bearer caller-${request}`;
  return Object.entries(surroundings.scene.operations).map(([name, operation]) => [
    name,
    { port, path: contender.path, body: JSON.stringify(operation), authorization },
  ]);
}

async function warmUp(one: Started, surroundings: Surroundings): Promise<void> {
  const port = Number(new URL(surroundings.upstream).port);
  for (const [name, target] of targetsOf(one, surroundings)) {
    const expected = await answered({ ...target, port, path: '/whole' });
    if (!isDeepStrictEqual(await answered(target), expected)) {
      throw new Error(`${one.contender.name} answers ${name} wrongly`);
    }
    await load(target, WARM_UP.connections, WARM_UP.seconds);
  }
}

async function turn(one: Started, surroundings: Surroundings): Promise<void> {
  for (const [operation, target] of targetsOf(one, surroundings)) {
    for (const connections of CONNECTIONS) {
      const name = `${operation}, ${connections} connections`;
      const before = one.process.cpuMilliseconds();
      const { milliseconds, seconds } = await load(target, connections, SECONDS);
      const after = one.process.cpuMilliseconds();
      const now = {
        rate: milliseconds.length / seconds,
        p50: quantile(milliseconds, 0.5),
        p99: quantile(milliseconds, 0.99),
        cpu: before === undefined || after === undefined ? undefined : (after - before) / milliseconds.length,
      };
      one.best.set(name, better(one.best.get(name), now));
    }
  }
}

function better(best: Measured | undefined, now: Measured): Measured {
  if (!best) return now;
  const cpu = best.cpu === undefined || now.cpu === undefined ? now.cpu : Math.min(best.cpu, now.cpu);
  return {
    rate: Math.max(best.rate, now.rate),
    p50: Math.min(best.p50, now.p50),
    p99: Math.min(best.p99, now.p99),
    cpu,
  };
}
