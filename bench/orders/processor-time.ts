/**
 * Processor time that an order costs, of two checkouts: whole systems with all that follows an order (events, stock, notices),
 * loaded in turn. It depends far less than a rate on what else the machine does, so that a few per cent can be seen. What a
 * system does by the clock, measured while both are at rest, is a figure of its own and no order's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { commit } from '../machine.js';
import { processorMilliseconds } from '../processes.js';
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
