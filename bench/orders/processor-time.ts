/**
 * Processor time that an order costs, of two checkouts: whole systems with all that follows an order (events, stock, notices),
 * loaded in turn. It depends far less than a rate on what else the machine does, so that a few per cent can be seen. What a
 * system does by the clock, measured while both are at rest, is a figure of its own and no order's.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { commit } from '../machine.js';
import { type BenchResult, type Figure, quantile } from '../result.js';
import { OrdersThroughGateway } from './through-gateway.js';

const ROUNDS = 14;
/** The first rounds are for the compilers and the caches. */
const WARM_UP_ROUNDS = 2;
/** As many in each round of each side. */
const ORDERS = 400;
const IN_FLIGHT = 64;
/** Read to see that stock has answered: few, since that costs processor time, too. */
const SETTLED_ORDERS = 20;
/** For what follows the last order. */
const SETTLE_MILLISECONDS = 1_500;
const REST_MILLISECONDS = 30_000;
/** Clock ticks a second, by which Linux counts the time of processes everywhere. */
const TICKS = 100;

interface Side {
  readonly name: string;
  readonly system: OrdersThroughGateway;
  /** By round. */
  readonly samples: Sample[];
}

interface Sample {
  readonly orders: number;
  readonly seconds: number;
  readonly processorMilliseconds: number;
}

export async function processorTimeBeside(
  other: string,
  report: (progress: string) => void,
): Promise<BenchResult> {
  const sides: Side[] = [];
  try {
    for (const [name, project] of Object.entries({ 'this checkout': PROJECT_FOLDER, [other]: other })) {
      report(`starting ${name}`);
      sides.push({ name, system: await OrdersThroughGateway.start(project), samples: [] });
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      report(`round ${round + 1} of ${ROUNDS}`);
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const sample = await placeOrders(side.system);
        if (round >= WARM_UP_ROUNDS) side.samples.push(sample);
      }
    }
    report('at rest');
    const atRest = await processorTimeAtRest(sides.map(({ system }) => system));
    const [own, others] = sides.map(({ samples }, index) => {
      const rest = atRest[index] ?? 0;
      const anOrder = samples.map(
        ({ orders, seconds, processorMilliseconds }) => (processorMilliseconds - rest * seconds) / orders,
      );
      return { anOrder: quantile(anOrder, 0.5), rest };
    });
    if (own === undefined || others === undefined) throw new Error('Two checkouts are compared.');
    return {
      figures: {
        ...figuresOf(own),
        'this checkout to the other': { value: own.anOrder / others.anOrder, unit: '×' },
      },
      peers: { [`the checkout of ${commit(other)}`]: figuresOf(others) },
    };
  } finally {
    await Promise.all(sides.map(({ system }) => system.stop()));
  }
}

function figuresOf({ anOrder, rest }: { anOrder: number; rest: number }): Record<string, Figure> {
  return {
    'processor time an order': { value: anOrder, unit: 'ms' },
    'processor time at rest': { value: rest, unit: 'ms/s' },
  };
}

async function placeOrders(system: OrdersThroughGateway): Promise<Sample> {
  const start = performance.now();
  const before = processorMilliseconds(system.pid);
  const { accepted } = await system.inAll(IN_FLIGHT, ORDERS, SETTLED_ORDERS);
  await delay(SETTLE_MILLISECONDS);
  return {
    orders: accepted.milliseconds.length,
    processorMilliseconds: processorMilliseconds(system.pid) - before,
    seconds: (performance.now() - start) / 1_000,
  };
}

/** @returns milliseconds a second, of each. */
async function processorTimeAtRest(systems: readonly OrdersThroughGateway[]): Promise<number[]> {
  const before = systems.map(({ pid }) => processorMilliseconds(pid));
  await delay(REST_MILLISECONDS);
  return systems.map(
    ({ pid }, index) => (processorMilliseconds(pid) - (before[index] ?? 0)) / (REST_MILLISECONDS / 1_000),
  );
}

/** Of a process and its descendants, those that have ended included. @throws Error where there is no /proc. */
function processorMilliseconds(root: number): number {
  const children = new Map<number, number[]>();
  for (const line of execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  let ticks = 0;
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    ticks += ticksOf(pid);
    open.push(...(children.get(pid) ?? []));
  }
  return (ticks * 1_000) / TICKS;
}

function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): after the name in parentheses, utime to cstime are fields 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch (error) {
    if (process.platform !== 'linux')
      throw new Error('Processor time is read from /proc: this runs on Linux.');
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
