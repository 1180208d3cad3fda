/**
 * When the prices that an import changes take effect: each a while after it is written, in which the others are written, too, so that every
 * copy of the menu has all of them before the first is in effect.
 */
import { UserFault } from '../../../../platform/errors.js';
import { PRICE_LEAD_MILLISECONDS } from '../../domain/dated-price.js';

/** What writing one change of many may take, in milliseconds. */
const ALLOWANCE_OF_EACH = 20;
const TRIES = 3;

/** The first price would take effect before other subgraphs have the last. */
class SlowWriting extends Error {
  override readonly name = 'SlowWriting';
}

export class PriceMoments {
  #allowance = 0;
  #startedAt = 0;
  #moments: number[] = [];

  /** In milliseconds, from when a price is written until it takes effect. */
  get lead(): number {
    return PRICE_LEAD_MILLISECONDS + this.#allowance;
  }

  /** @param moment null for a change without a new price. */
  add(moment: Date | null): void {
    if (moment !== null) this.#moments.push(moment.getTime());
  }

  /**
   * Runs a transaction that changes prices; again, with a longer lead, where writing took longer than was allowed for.
   * @param steps how many changes it has. @throws UserFault where it is too slow each time.
   */
  async keepAhead<Result>(steps: number, transact: () => Promise<Result>): Promise<Result> {
    this.#allowance = ALLOWANCE_OF_EACH * steps;
    for (let tries = 1; ; tries += 1) {
      this.#startedAt = Date.now();
      this.#moments = [];
      try {
        return await transact();
      } catch (error) {
        if (!(error instanceof SlowWriting)) throw error;
        if (tries === TRIES)
          throw UserFault.of(
            'INVALID_STATE',
            'Writing the prices takes too long: import fewer lines at once',
            ['csv'],
          );
      }
    }
  }

  /** Called within the transaction when all is written. @returns when the last price takes effect; null where none was changed. */
  latest(): Date | null {
    if (this.#moments.length === 0) return null;
    const now = Date.now();
    if (Math.min(...this.#moments) - now < PRICE_LEAD_MILLISECONDS) {
      this.#allowance = 2 * (now - this.#startedAt);
      throw new SlowWriting();
    }
    return new Date(Math.max(...this.#moments));
  }
}
