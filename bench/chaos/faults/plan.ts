/** The schedule of faults, drawn beforehand: a seed repeats the same faults at the same seconds. */
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';
import type { Random } from '../random.js';

export type Fault =
  /** Serving: waits until it serves again after its last fault; otherwise at once, whatever its state. */
  | { readonly kind: 'kill'; readonly unit: string; readonly isServing: boolean }
  | { readonly kind: 'crash PostgreSQL' }
  | { readonly kind: 'stop Redis'; readonly seconds: number; readonly isEmptied: boolean }
  | { readonly kind: 'freeze'; readonly unit: string; readonly seconds: number }
  | { readonly kind: 'run twice'; readonly unit: string; readonly seconds: number }
  | { readonly kind: 'repeat events'; readonly subgraph: SubgraphName };

export interface PlannedFault {
  /** Seconds from the start of the load. */
  readonly at: number;
  readonly fault: Fault;
}

const KILLED = ['gateway', ...SUBGRAPH_NAMES, 'ingest', 'payment-simulators'] as const;
/** Units with jobs: the menu consumes nothing. */
const WORKERS = SUBGRAPH_NAMES.filter((name) => name !== 'menu');

/** No fault is planned at the end: lost jobs are recovered only when their lock expires. */
const CALM_SECONDS = 15;
const ROUND_SECONDS = 120;
const SECONDS_A_KILL = 5;
const REPEATS_A_ROUND = 6;
/** Longer than a job's lock. */
const FREEZE_SECONDS = 35;
const REDIS_STOP_SECONDS = 20;

/** In the order of their times. */
export function planFaults(random: Random, seconds: number): PlannedFault[] {
  const planned: PlannedFault[] = [];
  for (let from = 0; from < seconds; from += ROUND_SECONDS) {
    const length = Math.min(ROUND_SECONDS, seconds - from) - CALM_SECONDS;
    for (const { at, fault } of planRound(random, length)) planned.push({ at: from + at, fault });
  }
  return planned.sort((one, other) => one.at - other.at);
}

function planRound(random: Random, seconds: number): PlannedFault[] {
  const within = (from: number, to: number) =>
    Math.round((from + random.fraction() * (to - from)) * seconds * 10) / 10;
  const planned: PlannedFault[] = [];
  const plan = (at: number, fault: Fault) => planned.push({ at, fault });

  const kills = Math.floor(seconds / SECONDS_A_KILL);
  let bag: string[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    if (bag.length === 0) bag = random.shuffled(KILLED);
    plan(within(kill / kills, (kill + 1) / kills), {
      kind: 'kill',
      unit: bag.pop() ?? 'order',
      isServing: random.chance(0.85),
    });
  }
  plan(within(0.05, 0.45), { kind: 'crash PostgreSQL' });
  plan(within(0.6, 0.95), { kind: 'crash PostgreSQL' });
  plan(within(0.1, 0.3), { kind: 'stop Redis', seconds: REDIS_STOP_SECONDS, isEmptied: false });
  plan(within(0.55, 0.8), { kind: 'stop Redis', seconds: 2, isEmptied: true });
  plan(within(0.15, 0.55), { kind: 'freeze', unit: random.pick(WORKERS), seconds: FREEZE_SECONDS });
  plan(within(0.4, 0.75), { kind: 'run twice', unit: random.pick(WORKERS), seconds: REDIS_STOP_SECONDS });
  for (let repeat = 0; repeat < REPEATS_A_ROUND; repeat += 1) {
    plan(within(0.1, 1), { kind: 'repeat events', subgraph: random.pick(SUBGRAPH_NAMES) });
  }
  return planned;
}

export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 ${fault.unit}`;
    case 'crash PostgreSQL':
      return 'PostgreSQL: immediate restart';
    case 'stop Redis':
      return `Redis: killed for ${fault.seconds} s${fault.isEmptied ? ', back empty' : ''}`;
    case 'freeze':
      return `${fault.unit}: frozen for ${fault.seconds} s, another beside it`;
    case 'run twice':
      return `${fault.unit}: two at once for ${fault.seconds} s`;
    case 'repeat events':
      return `${fault.subgraph}: some of its events enqueued again`;
  }
}
