/** A unit of `npm run dev`: a process that is replaced when its code changes, by one that has the packages loaded already. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { UnitName } from '../units.js';

const STANDBY = fileURLToPath(new URL('./standby.js', import.meta.url));
/** Processes that wait to become a unit: a change concerns few units. */
const SPARES = 2;
/** What a unit may take to finish its work before it is replaced: what it leaves undone is done again, as after any death of a process. */
const GRACE_MILLISECONDS = 400;
const STOP_MILLISECONDS = 10_000;

/** Processes that have loaded the packages. */
export class Spares {
  readonly #packages: string;
  readonly #waiting: ChildProcess[] = [];
  #isOver = false;

  constructor(packages: readonly string[]) {
    this.#packages = JSON.stringify(packages);
  }

  /** Where none waits: one that loads what the unit imports, and no more. */
  take(): ChildProcess {
    return this.#waiting.shift() ?? this.#spawn('[]');
  }

  /** Once the machine has time for it. */
  refill(): void {
    while (!this.#isOver && this.#waiting.length < SPARES) this.#waiting.push(this.#spawn(this.#packages));
  }

  stop(): void {
    this.#isOver = true;
    for (const child of this.#waiting.splice(0)) child.kill('SIGKILL');
  }

  #spawn(packages: string): ChildProcess {
    return fork(STANDBY, [packages], {
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A Ctrl-C in the terminal is for the parent, which stops the units in their order.
      detached: true,
    });
  }
}

export interface DevUnitOptions {
  readonly name: UnitName;
  readonly environment: Readonly<Record<string, string>>;
  readonly spares: Spares;
  /** A line that the unit printed. */
  write(line: string): void;
}

export class DevUnit {
  readonly #options: DevUnitOptions;
  #child: ChildProcess | undefined;
  /** What its last start has printed after `Ready:`. */
  addresses = '';

  constructor(options: DevUnitOptions) {
    this.#options = options;
  }

  get name(): UnitName {
    return this.#options.name;
  }

  /** In place of the one that runs. @returns whether it is ready; otherwise it has ended, and printed why. */
  async restart(): Promise<boolean> {
    const { name, environment, spares } = this.#options;
    await this.#end(GRACE_MILLISECONDS);
    const child = spares.take();
    this.#child = child;
    const isReady = this.#readyOf(child);
    child.send({ name, environment });
    return isReady;
  }

  stop(): Promise<void> {
    return this.#end(STOP_MILLISECONDS);
  }

  async #end(graceMilliseconds: number): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(graceMilliseconds, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  }

  #readyOf(child: ChildProcess): Promise<boolean> {
    return new Promise((resolve) => {
      child.once('exit', () => resolve(false));
      for (const stream of [child.stdout, child.stderr]) {
        let rest = '';
        stream?.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            const [, addresses] = /^Ready: (.+)$/.exec(line) ?? [];
            if (addresses === undefined) this.#options.write(`${this.name}: ${line}`);
            else {
              this.addresses = addresses;
              resolve(true);
            }
          }
        });
      }
    });
  }
}
