/**
 * `npm run bench -- fanout`: ten thousand clients subscribe to one topic through the gateway, which has a core to itself;
 * clients and subgraphs share another.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { freePort } from '../gateway/measure.js';
import { MEASURED_CORE, MEASURING_CORE, pinMyself, startPinned } from '../gateway/pinned-process.js';
import { type Bench, quantile } from '../result.js';
import { Listener } from './listener.js';
import { composeSupergraph, SECRET } from './subgraphs.js';

const SOCKETS = 10_000;
const AT_ONCE = 100;
const EVENTS = 100;
const STALLED = SOCKETS / 100;
const START_MILLISECONDS = 60_000;

/** One event: its deliveries, and how long each took. */
class Round {
  readonly milliseconds: number[] = [];
  readonly done: Promise<void>;
  readonly #version: number;
  readonly #expected: number;
  #finish: () => void = () => {};

  constructor(version: number, expected: number) {
    this.#version = version;
    this.#expected = expected;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  receive(version: number, sentAt: number): void {
    if (version !== this.#version) return;
    this.milliseconds.push(performance.timeOrigin + performance.now() - sentAt);
    if (this.milliseconds.length === this.#expected) this.#finish();
  }
}

export const bench: Bench = async (report) => {
  pinMyself();
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const [port, levelsPort, itemsPort] = [await freePort(), await freePort(), await freePort()];
  const supergraphFile = join(folder, 'supergraph.graphql');
  const ports: Readonly<Record<string, number>> = { levels: levelsPort, items: itemsPort };
  await writeFile(
    supergraphFile,
    composeSupergraph((name) => `http://127.0.0.1:${ports[name]}/graphql`),
  );
  const publisher = startPinned(MEASURING_CORE, {
    arguments: [join(PROJECT_FOLDER, 'dist/bench/fanout/publisher.js')],
    environment: { LEVELS_PORT: String(levelsPort), ITEMS_PORT: String(itemsPort) },
  });
  const gateway = startPinned(MEASURED_CORE, {
    arguments: [...unitArguments(), 'gateway'],
    environment: {
      PORT: String(port),
      HOST: '127.0.0.1',
      SUPERGRAPH_FILE: supergraphFile,
      SUBGRAPH_SECRET: SECRET,
      RATE_LIMIT: 'off',
    },
    folder: PROJECT_FOLDER,
  });
  try {
    await reachable(`http://127.0.0.1:${port}/health/ready`);
    await reachable(`http://127.0.0.1:${levelsPort}/health/ready`);
    return { figures: await measure(port, levelsPort, report), peers: {} };
  } finally {
    await gateway.stop();
    await publisher.stop();
    await rm(folder, { recursive: true });
  }
};

async function measure(port: number, levelsPort: number, report: (progress: string) => void) {
  let version = 0;
  let round: Round | undefined;
  const onEvent = (version: number, sentAt: number) => round?.receive(version, sentAt);
  /** Publishes an event, and waits until as many clients have received it. */
  const publish = async (listening: number): Promise<readonly number[]> => {
    version += 1;
    const current = new Round(version, listening);
    round = current;
    await fetch(`http://127.0.0.1:${levelsPort}/publish`, { method: 'POST' });
    await current.done;
    return current.milliseconds;
  };
  const publishMany = async (listening: number) => {
    const rounds: (readonly number[])[] = [];
    const started = performance.now();
    for (let event = 0; event < EVENTS; event += 1) rounds.push(await publish(listening));
    const seconds = (performance.now() - started) / 1_000;
    return {
      all: rounds.flat(),
      last: rounds.map((one) => Math.max(...one)),
      rate: (EVENTS * listening) / seconds,
    };
  };

  const open = (count: number, from: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => Listener.open(port, from + index, onEvent)));
  for (const listener of await open(AT_ONCE, 0)) listener.close();
  const alone = await figure(port, 'process_resident_memory_bytes');

  report(`${SOCKETS.toLocaleString('en')} sockets come`);
  const listeners: Listener[] = [];
  while (listeners.length < SOCKETS) listeners.push(...(await open(AT_ONCE, listeners.length)));
  while ((await figure(port, 'kedai_gateway_upstreams')) > 1) await sleep(100);
  await publish(SOCKETS);
  const crowded = await figure(port, 'process_resident_memory_bytes');

  report(`${EVENTS} events, one after the other`);
  const everybody = await publishMany(SOCKETS);
  const afterwards = await figure(port, 'process_resident_memory_bytes');

  report(`${STALLED} sockets stop reading, ${EVENTS} events`);
  for (const listener of listeners.slice(0, STALLED)) listener.stall();
  const others = await publishMany(SOCKETS - STALLED);

  const kilobytes = (bytes: number) => bytes / 1_024;
  return {
    'deliveries/s': { value: everybody.rate, unit: '/s', target: 40_000 },
    'delivered, p50': { value: quantile(everybody.all, 0.5), unit: 'ms' },
    'delivered, p99': { value: quantile(everybody.all, 0.99), unit: 'ms', target: 300 },
    'the last one, p99': { value: quantile(everybody.last, 0.99), unit: 'ms', target: 300 },
    'memory a socket': { value: kilobytes((crowded - alone) / SOCKETS), unit: 'KB', target: 30 },
    'memory, growth over the events': { value: ((afterwards - crowded) / crowded) * 100, unit: '%' },
    'the last one, p99, 1 % stalled': { value: quantile(others.last, 0.99), unit: 'ms', target: 300 },
    'deliveries/s, 1 % stalled': { value: others.rate, unit: '/s', target: 40_000 },
  };
}

/** The flags that `npm run unit` passes to Node. */
function unitArguments(): string[] {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'),
  );
  return (scripts.unit ?? '').split(' ').slice(1);
}

async function reachable(url: string): Promise<void> {
  const end = Date.now() + START_MILLISECONDS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > end) throw new Error(`${url} does not answer`);
    await sleep(100);
  }
}

async function figure(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ').at(1) ?? Number.NaN);
}
