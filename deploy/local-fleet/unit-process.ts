/**
 * A service of docker-compose.yml as a process of this machine, with its restart policy: one that ends by itself or is
 * killed is restarted, with growing pauses while it does not become healthy. It does not outlive this process.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterOurEnd } from './guard.js';

export interface UnitOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The command that succeeds once the unit is ready; none for one that completes and exits. */
  readonly healthCheck: readonly string[] | undefined;
  readonly isRestarted: boolean;
  /** Receives its output. */
  readonly logFile: string;
  /** The checkout whose build it runs. */
  readonly project: string;
}

/** An unexpected exit. */
export interface UnexpectedEnd {
  readonly name: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last line of its output. */
  readonly lastWords: string;
}

const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
/** A unit that has lived so long counts as started. */
const UP_AFTER_MILLISECONDS = 10_000;
const GRACE_MILLISECONDS = 30_000;
const HEALTH_INTERVAL_MILLISECONDS = 500;
/** When every unit restarts at once on a slow machine, one takes minutes. */
const HEALTH_LIMIT_MILLISECONDS = 300_000;

export class UnitProcess {
  readonly name: string;
  readonly unexpectedEnds: UnexpectedEnd[] = [];
  readonly #options: UnitOptions;
  #project: string;
  #child: ChildProcess | undefined;
  #isWanted = false;
  #isEndExpected = false;
  /** Whether it has ever been healthy. */
  #isUp = false;
  #isServing = false;
  #pause = FIRST_PAUSE_MILLISECONDS;

  constructor(options: UnitOptions) {
    this.name = options.name;
    this.#options = options;
    this.#project = options.project;
  }

  /** Undefined while there is none. */
  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get port(): number {
    return Number(this.#options.environment.PORT);
  }

  /** Whether it serves until it is stopped; else it completes and exits. */
  get isLasting(): boolean {
    return this.#options.healthCheck !== undefined;
  }

  /** Whether it has been healthy since its last start. */
  get isServing(): boolean {
    return this.isRunning && this.#isServing;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it is healthy or has completed. @throws when it exits before. */
  async start(): Promise<void> {
    this.#isWanted = true;
    const child = this.#spawn();
    if (this.#options.healthCheck !== undefined) {
      await this.#untilHealthy();
      this.#isUp = true;
      this.#isServing = true;
      return;
    }
    if (child.exitCode === null) await once(child, 'exit');
    this.#isWanted = false;
    if (child.exitCode !== 0) throw await this.#failure();
  }

  /** Resolves when it serves or has completed. @throws after five minutes. */
  async untilUp(): Promise<void> {
    if (this.#options.healthCheck !== undefined) await this.#untilHealthy();
  }

  async #untilHealthy(): Promise<void> {
    const limit = Date.now() + HEALTH_LIMIT_MILLISECONDS;
    for (;;) {
      if (await this.#isHealthy()) return;
      const hasEnded = !this.isRunning && !this.#isUp;
      if (hasEnded || Date.now() > limit) throw await this.#failure();
      await sleep(HEALTH_INTERVAL_MILLISECONDS);
    }
  }

  async #isHealthy(): Promise<boolean> {
    const [program = '', ...words] = this.#options.healthCheck ?? [];
    if (!this.isRunning || !(await isListening(this.port))) return false;
    return new Promise((resolve) => {
      const options = { cwd: this.#project, env: this.#options.environment, timeout: 20_000 };
      execFile(program, words, options, (error) => resolve(error === null));
    });
  }

  /** Kills it; its restart policy brings it back. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it gracefully and starts it from another checkout; resolves when it is up. One that completes runs once more. */
  async upgradeTo(project: string): Promise<void> {
    this.#project = project;
    if (!this.isLasting) return this.start();
    await this.#end('SIGTERM');
    await this.untilUp();
  }

  /** Freezes it until `resume`: it keeps its connections and locks, and does nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Stops it for good. Returns its exit code, or null when it had to be killed after the file's `stop_grace_period`. */
  async stop(): Promise<number | null> {
    this.#isWanted = false;
    this.resume();
    const grace = setTimeout(() => this.#child?.kill('SIGKILL'), GRACE_MILLISECONDS);
    await this.#end('SIGTERM');
    clearTimeout(grace);
    return this.#child?.exitCode ?? null;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const exited = once(child, 'exit');
    this.#isEndExpected = true;
    child.kill(signal);
    await exited;
  }

  #spawn(): ChildProcess {
    const { command, environment, logFile } = this.#options;
    const [program = '', ...words] = command;
    const log = openSync(logFile, 'a');
    const child = spawn(program, words, {
      cwd: this.#project,
      env: environment,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    this.#isServing = false;
    this.#isEndExpected = false;
    const startedAt = Date.now();
    const callOff = afterOurEnd('kill -KILL "$0"', String(child.pid));
    child.once('error', () => undefined);
    child.once('exit', (code, signal) => {
      callOff();
      if (!this.#isEndExpected && this.#options.isRestarted) void this.#noteEnd(code, signal);
      if (Date.now() - startedAt > UP_AFTER_MILLISECONDS) this.#pause = FIRST_PAUSE_MILLISECONDS;
      if (this.#isWanted && this.#isUp && this.#options.isRestarted) void this.#startAgain();
    });
    return child;
  }

  async #noteEnd(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    const words = await readFile(this.#options.logFile, 'utf8').catch(() => '');
    const lastWords =
      words.split('\n').findLast((line) => line.trim() !== '' && !line.startsWith('    at ')) ?? '';
    this.unexpectedEnds.push({ name: this.name, code, signal, lastWords });
  }

  async #startAgain(): Promise<void> {
    await sleep(this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MILLISECONDS);
    if (!this.#isWanted) return;
    const child = this.#spawn();
    await this.#untilHealthy().catch(() => undefined);
    if (child === this.#child) this.#isServing = true;
  }

  async #failure(): Promise<Error> {
    const words = await readFile(this.#options.logFile, 'utf8').catch(() => '');
    const state = this.isRunning ? 'is not healthy' : `ended with ${this.#child?.exitCode}`;
    return new Error(`${this.name} ${state}:\n${words.slice(-5_000)}`);
  }
}

/** Spares the health check, a process each time, while there is nobody to answer. */
function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answered = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  return answered.finally(() => socket.destroy());
}
