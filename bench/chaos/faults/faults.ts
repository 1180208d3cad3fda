/** Injects the planned faults into real processes; a fault that is impossible at the moment is reported and skipped. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { LocalFleet } from '../../../deploy/local-fleet/local-fleet.js';
import type { UnitProcess } from '../../../deploy/local-fleet/unit-process.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import type { Tally } from '../tally.js';
import { type Fault, nameOf, type PlannedFault } from './plan.js';
import { Turns } from './turns.js';

const RUNNING_LIMIT_MILLISECONDS = 30_000;
/** Longer than the longest pause before a restart. */
const RESTART_LIMIT_MILLISECONDS = 6_000;
const SERVICE_LIMIT_MILLISECONDS = 5_000;
/** Of a kill that waits for a serving fleet: more than a slow machine needs to start a unit. */
const LONGEST_TURN_MILLISECONDS = 30_000;
const SHORTEST_TURN_MILLISECONDS = 1_000;
const POLL_INTERVAL_MILLISECONDS = 100;
const MOST_UNITS_DOWN = 1;

export class Faults {
  readonly #fleet: LocalFleet;
  readonly #tally: Tally;
  readonly #report: (line: string) => void;
  readonly #paid: () => number;
  /** Paused units, which must not be killed. */
  readonly #frozen = new Set<string>();
  #postgresIsBack: Promise<void> = Promise.resolve();

  /**
   * @param options.tally counts the kills, and each kind of fault. @param options.report called for each.
   * @param options.paid how many payments the load has made.
   */
  constructor(options: {
    fleet: LocalFleet;
    tally: Tally;
    report: (line: string) => void;
    paid: () => number;
  }) {
    this.#fleet = options.fleet;
    this.#tally = options.tally;
    this.#report = options.report;
    this.#paid = options.paid;
  }

  /**
   * Resolves when the last has passed. @param seconds in which the kills that wait for a serving fleet take their turns.
   * @param ending nothing more goes wrong after it.
   */
  async run(plan: readonly PlannedFault[], seconds: number, ending: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    const turns = new Turns(plan.filter(({ fault }) => isServingKill(fault)).length, {
      inAll: seconds * 1_000,
      longest: LONGEST_TURN_MILLISECONDS,
      shortest: SHORTEST_TURN_MILLISECONDS,
    });
    await Promise.all(
      plan.map(async ({ at, fault }) => {
        await sleep(at * 1_000, undefined, { signal: ending });
        try {
          if (isServingKill(fault)) await turns.take((limit) => this.#killServing(fault.unit, limit, ending));
          else await this.#inject(fault);
          this.#tally.count(fault.kind);
        } catch (error) {
          this.#report(`${nameOf(fault)}: not done, ${error instanceof Error ? firstLine(error) : error}`);
        }
      }),
    );
    this.#report(`the last fault has passed after ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  }

  async #inject(fault: Fault): Promise<void> {
    this.#report(nameOf(fault));
    switch (fault.kind) {
      case 'kill':
        return this.#kill(await this.#running(fault.unit));
      case 'crash PostgreSQL':
        return this.#crashPostgres();
      case 'stop Redis':
        return this.#stopRedis(fault.seconds, fault.isEmptied);
      case 'freeze':
        return this.#freeze(fault.unit, fault.seconds);
      case 'run twice':
        return this.#runTwice(fault.unit, fault.seconds);
      case 'repeat events':
        // It writes to the databases, which may be recovering from a crash.
        await this.#postgresIsBack;
        return repeatEvents(this.#fleet, fault.subgraph);
    }
  }

  /**
   * Waits, for a limited time, until the unit and most others serve and an order was paid meanwhile, so that the kill disturbs
   * something: on a slow machine the fleet would be down throughout.
   */
  async #killServing(name: string, milliseconds: number, ending: AbortSignal): Promise<void> {
    const limit = Date.now() + milliseconds;
    const units = [...this.#fleet.units.values()].filter(({ isLasting }) => isLasting);
    const isQuiet = () =>
      this.#fleet.units.get(name)?.isServing === true &&
      units.filter(({ isServing }) => !isServing).length <= MOST_UNITS_DOWN;
    let service: { readonly from: number; readonly paidBefore: number } | undefined;
    const isServed = () =>
      service !== undefined &&
      (this.#paid() > service.paidBefore || Date.now() > service.from + SERVICE_LIMIT_MILLISECONDS);
    while (!isServed() && Date.now() < limit) {
      if (!isQuiet()) service = undefined;
      else service ??= { from: Date.now(), paidBefore: this.#paid() };
      await sleep(POLL_INTERVAL_MILLISECONDS, undefined, { signal: ending });
    }
    this.#report(
      `${nameOf({ kind: 'kill', unit: name, isServing: true })}${isServed() ? '' : ', though the fleet did not serve'}`,
    );
    await this.#kill(await this.#running(name, RESTART_LIMIT_MILLISECONDS));
  }

  async #kill(unit: UnitProcess): Promise<void> {
    await unit.kill();
    this.#tally.count('kills');
  }

  /** The unit once it runs: one that was just killed is still restarting. */
  async #running(name: string, limitMilliseconds = RUNNING_LIMIT_MILLISECONDS): Promise<UnitProcess> {
    const unit = this.#fleet.units.get(name);
    const limit = Date.now() + limitMilliseconds;
    while (unit === undefined || !unit.isRunning || this.#frozen.has(name)) {
      if (unit === undefined || Date.now() > limit) throw new Error(`${name} does not run`);
      await sleep(100);
    }
    return unit;
  }

  /** One after the other: a crash while it recovers from the former would fail that start. */
  async #crashPostgres(): Promise<void> {
    const { postgres } = this.#fleet.servers;
    const crashed = this.#postgresIsBack.then(async () => {
      await postgres.crash();
      this.#tally.count('kills');
      await postgres.start();
    });
    this.#postgresIsBack = crashed.catch(() => undefined);
    await crashed;
  }

  async #stopRedis(seconds: number, isEmptied: boolean): Promise<void> {
    const { redis } = this.#fleet.servers;
    if (redis === undefined) throw new Error('this machine has none');
    await redis.kill();
    this.#tally.count('kills');
    await sleep(seconds * 1_000);
    await redis.start({ emptied: isEmptied });
  }

  /** Its jobs' locks expire meanwhile and the second process takes the jobs over; then it resumes in the middle of them. */
  async #freeze(name: string, seconds: number): Promise<void> {
    const twin = await this.#twin(name);
    const unit = await this.#running(name);
    this.#frozen.add(name);
    unit.pause();
    await sleep(seconds * 1_000);
    unit.resume();
    this.#frozen.delete(name);
    await this.#kill(twin);
  }

  /** Retries while a required server is away, as a restart policy would. */
  async #twin(name: string): Promise<UnitProcess> {
    const limit = Date.now() + RUNNING_LIMIT_MILLISECONDS;
    for (;;) {
      try {
        return await this.#fleet.startTwin(name);
      } catch (error) {
        if (Date.now() > limit) throw error;
        await sleep(1_000);
      }
    }
  }

  async #runTwice(name: string, seconds: number): Promise<void> {
    const twin = await this.#twin(name);
    await sleep(seconds * 1_000);
    await this.#kill(twin);
  }
}

/** Kills that wait until the unit serves again take turns. */
function isServingKill(fault: Fault): fault is Extract<Fault, { kind: 'kill' }> {
  return fault.kind === 'kill' && fault.isServing;
}

/** Marks some recent events as not enqueued: they are delivered again in other batches, after later ones. */
async function repeatEvents(fleet: LocalFleet, subgraph: SubgraphName): Promise<void> {
  const client = new pg.Client({ connectionString: fleet.databaseUrl(subgraph) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(
      `UPDATE outbox SET enqueued_at = NULL WHERE id IN
         (SELECT id FROM outbox WHERE enqueued_at > now() - interval '2 minutes' ORDER BY random() LIMIT 300)`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0] ?? message;
}
