/**
 * Jobs that their worker gives up unfinished, because it stops and through no fault of theirs: they keep their places, and
 * who takes jobs next takes them first.
 */

/** Thrown by who handles a job of a worker that stops. */
export class HandBack extends Error {
  override readonly name = 'HandBack';
}

interface HandedBack {
  readonly place: number;
  toFront(): Promise<unknown>;
  resolve(): void;
  reject(error: unknown): void;
}

/** Of one worker, on a queue where only the front can be given back to. */
export class HandBacks {
  #taken = 0;
  #underWay = 0;
  #handedBack: HandedBack[] = [];

  /**
   * @param toFront puts the job before all that wait.
   * @returns whether the job was handed back; once nothing else is under way, for the first one must go last.
   * @throws what else the handle throws.
   */
  async run(handle: () => Promise<void>, toFront: () => Promise<unknown>): Promise<boolean> {
    this.#taken += 1;
    this.#underWay += 1;
    const place = this.#taken;
    let moved: Promise<void> | undefined;
    try {
      await handle();
    } catch (error) {
      if (!(error instanceof HandBack)) throw error;
      moved = new Promise((resolve, reject) => this.#handedBack.push({ place, toFront, resolve, reject }));
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) void this.#giveBack();
    }
    await moved;
    return moved !== undefined;
  }

  async #giveBack(): Promise<void> {
    const lastFirst = this.#handedBack.splice(0).sort((one, other) => other.place - one.place);
    for (const { toFront, resolve, reject } of lastFirst) await toFront().then(resolve, reject);
  }
}
