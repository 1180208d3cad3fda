/** Injects the planned faults into real processes; a fault that is impossible at the moment is reported and skipped. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { LocalFleet } from '../../../deploy/local-fleet/local-fleet.js';
import type { UnitProcess } from '../../../deploy/local-fleet/unit-process.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import type { Tally } from '../tally.js';
import { type Fault, nameOf, type PlannedFault } from './plan.js';

const RUNNING_LIMIT_MILLISECONDS = 30_000;
const SERVING_LIMIT_MILLISECONDS = 15_000;
const MOST_UNITS_DOWN = 1;

export class Faults {
  readonly #fleet: LocalFleet;
  readonly #tally: Tally;
  readonly #report: (line: string) => void;
  /** Paused units, which must not be killed. */
  readonly #frozen = new Set<string>();

  /** @param tally counts the kills, and each kind of fault. @param report called for each. */
  constructor(fleet: LocalFleet, tally: Tally, report: (line: string) => void) {
    this.#fleet = fleet;
    this.#tally = tally;
    this.#report = report;
  }

  /** Resolves when the last has passed. @param ending nothing more goes wrong after it. */
  async run(plan: readonly PlannedFault[], ending: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    await Promise.all(
      plan.map(async ({ at, fault }) => {
        await sleep(at * 1_000, undefined, { signal: ending });
        this.#report(nameOf(fault));
        try {
          await this.#inject(fault);
          this.#tally.count(fault.kind);
        } catch (error) {
          this.#report(`${nameOf(fault)}: not done, ${error instanceof Error ? firstLine(error) : error}`);
        }
      }),
    );
    this.#report(`the last fault has passed after ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  }

  async #inject(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return fault.isServing ? this.#killServing(fault.unit) : this.#kill(await this.#running(fault.unit));
      case 'crash PostgreSQL': {
        const { postgres } = this.#fleet.servers;
        await postgres.crash();
        this.#tally.count('kills');
        return postgres.start();
      }
      case 'stop Redis':
        return this.#stopRedis(fault.seconds, fault.isEmptied);
      case 'freeze':
        return this.#freeze(fault.unit, fault.seconds);
      case 'run twice':
        return this.#runTwice(fault.unit, fault.seconds);
      case 'repeat events':
        return repeatEvents(this.#fleet, fault.subgraph);
    }
  }

  /** Waits, for a limited time, until the unit and most others serve, so that the fault disturbs something. */
  async #killServing(name: string): Promise<void> {
    const limit = Date.now() + SERVING_LIMIT_MILLISECONDS;
    const units = [...this.#fleet.units.values()].filter(({ isLasting }) => isLasting);
    const isQuiet = () => units.filter(({ isServing }) => !isServing).length <= MOST_UNITS_DOWN;
    const unit = await this.#running(name);
    while (!(unit.isServing && isQuiet()) && Date.now() < limit) await sleep(100);
    await this.#kill(await this.#running(name));
  }

  async #kill(unit: UnitProcess): Promise<void> {
    await unit.kill();
    this.#tally.count('kills');
  }

  /** The unit once it runs: one that was just killed is still restarting. */
  async #running(name: string): Promise<UnitProcess> {
    const unit = this.#fleet.units.get(name);
    const limit = Date.now() + RUNNING_LIMIT_MILLISECONDS;
    while (unit === undefined || !unit.isRunning || this.#frozen.has(name)) {
      if (unit === undefined || Date.now() > limit) throw new Error(`${name} does not run`);
      await sleep(100);
    }
    return unit;
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
