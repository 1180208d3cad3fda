/**
 * `npm run bench -- gateway`: Kedai's gateway and its peers in front of the same subgraphs, one after the other on the same
 * core, while the subgraphs and whoever asks are on another.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { type Bench, type Figure, quantile } from '../result.js';
import { type Contender, FLOOR, HIVES, installPeers, OURS, PLAIN } from './contenders.js';
import { askOnce, type LoadTarget, load } from './load.js';
import { OPERATIONS } from './operations.js';
import { IS_PINNED, MEASURED_CORE, MEASURING_CORE, pinMyself, startPinned } from './pinned-process.js';
import { composeSupergraph } from './subgraphs.js';

const CONNECTIONS = [1, 10, 50];
/** Where ratios and targets are taken. */
const USUAL = 10;
const WARM_UP_SECONDS = 2;
const SECONDS = 4;
const START_SECONDS = 60;

/** Against plain, against the best Hive. */
const TARGETS = { small: [8, 8], deep: [5, 3] } as const;

interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number | undefined;
}

type Measurements = ReadonlyMap<string, Measured>;

async function freePort(): Promise<number> {
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

export const bench: Bench = async (report) => {
  await installPeers(report);
  report(IS_PINNED ? 'each gateway alone on one core' : 'taskset is not here: nothing is kept to a core');
  pinMyself();
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const upstream = `http://127.0.0.1:${await freePort()}`;
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(
    supergraphFile,
    composeSupergraph((name) => `${upstream}/${name}`),
  );
  const replay = startPinned(MEASURING_CORE, {
    arguments: [join(PROJECT_FOLDER, 'dist/bench/gateway/replay.js')],
    environment: { PORT: new URL(upstream).port },
  });
  try {
    const measureOne = (contender: Contender) => measure(contender, { supergraphFile, upstream }, report);
    const ours = await measureOne(OURS);
    const plain = await measureOne(PLAIN);
    const hives: [string, Measurements][] = [];
    for (const hive of HIVES) hives.push([hive.name, await measureOne(hive)]);
    const floor = await measureOne(FLOOR);
    return {
      figures: {
        ...figuresOf(ours),
        ...ratios(
          ours,
          plain,
          hives.map(([, measured]) => measured),
          floor,
        ),
      },
      peers: Object.fromEntries(
        [[PLAIN.name, plain] as const, ...hives, [FLOOR.name, floor] as const].map(([name, measured]) => [
          name,
          figuresOf(measured),
        ]),
      ),
    };
  } finally {
    await replay.stop();
    await rm(folder, { recursive: true });
  }
};

async function measure(
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
      await load(target, USUAL, WARM_UP_SECONDS);
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

function figuresOf(measured: Measurements): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (const [name, { rate, p50, p99, cpu }] of measured) {
    figures[name] = { value: rate, unit: 'requests/s' };
    figures[`${name}, p50`] = { value: p50, unit: 'ms' };
    figures[`${name}, p99`] = { value: p99, unit: 'ms' };
    if (cpu !== undefined) figures[`${name}, CPU`] = { value: cpu, unit: 'ms/request' };
  }
  return figures;
}

function ratios(
  ours: Measurements,
  plain: Measurements,
  hives: readonly Measurements[],
  floor: Measurements,
): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (const [operation, [againstPlain, againstHive]] of Object.entries(TARGETS)) {
    const rateOf = (measured: Measurements): number =>
      measured.get(`${operation}, ${USUAL} connections`)?.rate ?? 0;
    const times = (measured: readonly Measurements[]): number =>
      rateOf(ours) / Math.max(...measured.map(rateOf));
    figures[`${operation}, against plain`] = { value: times([plain]), unit: '×', target: againstPlain };
    figures[`${operation}, against the best Hive`] = { value: times(hives), unit: '×', target: againstHive };
    figures[`${operation}, against the floor`] = { value: times([floor]), unit: '×' };
  }
  return figures;
}
