/**
 * `npm run bench -- ingest`: shelf readings from publish to level, on the embedded broker and on the fleet's parts, beside the
 * statements alone. All are measured in turn, several times; ratios are of figures of the same turn, and what is reported is
 * the middle one. `--exactly-once` publishes what unreliable devices do to processes that are killed (`exactly-once.ts`).
 */
import { type Bench, type Figure, quantile } from '../result.js';
import { type IngestHarness, openIngestHarness } from './ingest-harness.js';
import { startOutsideBroker } from './outside-broker.js';
import { statementsAlone } from './statements.js';

const ROUNDS = 3;
const AS_MANY_AS_GO = { devices: 200, readings: 40_000, inFlight: 10 };
const HALF_SECONDS = 6;

interface Turn {
  readonly acknowledged: number;
  readonly applied: number;
  /** From published to applied, in milliseconds, at half of what is applied at most. */
  readonly half: { readonly p50: number; readonly p99: number };
}

export const bench: Bench = async (report, { exactlyOnce }) => {
  if (exactlyOnce) return (await import('./exactly-once.js')).exactlyOnce(report);
  const embedded = await openIngestHarness();
  const fleet = await openFleetParts();
  const [embeddedTurns, fleetTurns, alone]: [Turn[], Turn[], number[]] = [[], [], []];
  try {
    report('warming up');
    for (const harness of [embedded, fleet?.harness])
      await harness?.run({ devices: 50, readings: 5_000, inFlight: 4 });
    for (let round = 1; round <= ROUNDS; round += 1) {
      report(`${round} of ${ROUNDS}: the statements alone`);
      alone.push(await statementsAlone(embedded.pool, AS_MANY_AS_GO.readings));
      report(`${round} of ${ROUNDS}: embedded broker, queues on PostgreSQL`);
      embeddedTurns.push(await turn(embedded));
      if (fleet === undefined) continue;
      report(`${round} of ${ROUNDS}: mosquitto, queues on Redis`);
      fleetTurns.push(await turn(fleet.harness));
    }
  } finally {
    await embedded.stop();
    await fleet?.stop();
  }
  report(`embedded: ${JSON.stringify(embeddedTurns)}\nmosquitto: ${JSON.stringify(fleetTurns)}`);
  const figures = { ...figuresOf('embedded', embeddedTurns), ...figuresOf('mosquitto', fleetTurns) };
  Object.assign(figures, {
    'embedded, applied of the statements alone': share(embeddedTurns, alone, 90),
  });
  if (fleetTurns.length > 0) {
    Object.assign(figures, {
      'mosquitto, applied of what it acknowledges': share(
        fleetTurns,
        fleetTurns.map(({ acknowledged }) => acknowledged),
        90,
      ),
      'mosquitto, applied of what the embedded broker applies': share(
        fleetTurns,
        embeddedTurns.map(({ applied }) => applied),
        60,
      ),
    });
  }
  return {
    figures,
    peers: {
      'the statements alone': { 'embedded, applied': { value: middle(alone), unit: 'readings/s' } },
    },
  };
};

async function turn(harness: IngestHarness): Promise<Turn> {
  const most = await harness.run(AS_MANY_AS_GO);
  const perSecond = most.appliedRate / 2;
  const half = await harness.run({
    ...AS_MANY_AS_GO,
    readings: Math.round(perSecond * HALF_SECONDS),
    perSecond,
  });
  return {
    acknowledged: most.acknowledgedRate,
    applied: most.appliedRate,
    half: { p50: quantile(half.milliseconds, 0.5), p99: quantile(half.milliseconds, 0.99) },
  };
}

function figuresOf(name: string, turns: readonly Turn[]): Record<string, Figure> {
  if (turns.length === 0) return {};
  const figure = (read: (turn: Turn) => number, unit: string, target?: number): Figure => ({
    value: middle(turns.map(read)),
    unit,
    ...(target === undefined ? {} : { target }),
  });
  return {
    [`${name}, acknowledged`]: figure(({ acknowledged }) => acknowledged, 'readings/s'),
    [`${name}, applied`]: figure(({ applied }) => applied, 'readings/s'),
    [`${name}, published to applied p50 at half that rate`]: figure(({ half }) => half.p50, 'ms'),
    [`${name}, published to applied p99 at half that rate`]: figure(({ half }) => half.p99, 'ms', 300),
  };
}

/** What is applied of a rate of the same turn. */
function share(turns: readonly Turn[], rates: readonly number[], target: number): Figure {
  const shares = turns.map(({ applied }, round) => (100 * applied) / (rates[round] ?? Number.NaN));
  return { value: middle(shares), unit: '%', target };
}

const middle = (values: readonly number[]): number => quantile(values, 0.5);

/** Undefined where this machine has none of them. */
async function openFleetParts(): Promise<{ harness: IngestHarness; stop(): Promise<void> } | undefined> {
  const broker = await startOutsideBroker();
  if (broker === undefined) return undefined;
  const harness = await openIngestHarness(broker.settings);
  return {
    harness,
    async stop() {
      await harness.stop();
      await broker.stop();
    },
  };
}
