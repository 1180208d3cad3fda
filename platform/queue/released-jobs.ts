/**
 * Jobs released by a stopping worker return to the front of the queue, in their old order: they failed through no fault of
 * their own.
 */

/** Thrown by the handler of a job whose worker stops before the job is done. */
export class ReleasedJob extends Error {
  override readonly name = 'ReleasedJob';
}

interface Release {
  readonly position: number;
  moveToFront(): Promise<unknown>;
  resolve(): void;
  reject(error: unknown): void;
}

/** The released jobs of one worker, on a queue that takes jobs back at its front alone. */
export class ReleasedJobs {
  #taken = 0;
  #running = 0;
  #releases: Release[] = [];

  /**
   * @param moveToFront puts the job before all that wait.
   * @returns whether the job was released; only when no other job is running, since the first one must be moved last.
   * @throws what else the handler throws.
   */
  async run(handle: () => Promise<void>, moveToFront: () => Promise<unknown>): Promise<boolean> {
    this.#taken += 1;
    this.#running += 1;
    const position = this.#taken;
    let moved: Promise<void> | undefined;
    try {
      await handle();
    } catch (error) {
      if (!(error instanceof ReleasedJob)) throw error;
      moved = new Promise((resolve, reject) =>
        this.#releases.push({ position, moveToFront, resolve, reject }),
      );
    } finally {
      this.#running -= 1;
      if (this.#running === 0) void this.#moveAll();
    }
    await moved;
    return moved !== undefined;
  }

  async #moveAll(): Promise<void> {
    const lastFirst = this.#releases.splice(0).sort((one, other) => other.position - one.position);
    for (const { moveToFront, resolve, reject } of lastFirst) await moveToFront().then(resolve, reject);
  }
}
