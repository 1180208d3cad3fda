/**
 * Writes new orders, each wholly or not at all. Orders that arrive while others are being written wait and share the next
 * statement, so that a rush costs few statements and commits.
 *
 * A guest's orders that are bounded by what is unpaid are never written by two statements at once, neither of which would see the other's.
 *
 * Not a `CoalescingWriter`: a batch is up to two statements, which fail apart from each other, and a batch is taken at the end
 * of the event loop's turn, when every request that was received with the first is there.
 */
import type { Pool } from 'pg';
import type { TakenUnits } from '../domain/promotion.js';
import {
  hasExtras,
  INSERT_PLAIN,
  INSERT_WITH_EXTRAS,
  insertOrders,
  KeyTaken,
  type NewOrder,
  PlacementRefused,
  refusalOf,
  type Statement,
} from './insert-orders.js';

/** The units left of limited promotions, from memory: see `MenuReadModel`. */
export interface PromotionCounts {
  hasLeft(units: readonly TakenUnits[]): boolean;
  recount(units: readonly TakenUnits[]): Promise<void>;
}

const ORDERS_A_STATEMENT = 64;
const CONCURRENT_STATEMENTS = 2;

interface Waiting {
  readonly order: NewOrder;
  resolve(order: NewOrder): void;
  reject(error: unknown): void;
}

export class PlacementWriter {
  readonly #pool: Pool;
  readonly #counts: PromotionCounts;
  readonly #onPlaced: () => void;
  readonly #waiting: Waiting[] = [];
  /** The guests of bounded orders that are being written. */
  readonly #guests = new Set<string>();
  #running = 0;
  #isScheduled = false;

  /** @param onPlaced called after each commit that wrote events. */
  constructor(pool: Pool, counts: PromotionCounts, onPlaced: () => void) {
    this.#pool = pool;
    this.#counts = counts;
    this.#onPlaced = onPlaced;
  }

  /** Resolves with the order once it is durable. @throws PlacementRefused, KeyTaken */
  place(order: NewOrder): Promise<NewOrder> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, resolve, reject });
      this.#schedule();
    });
  }

  /** Runs at the end of the event loop's turn, so that requests received together are written together. */
  #schedule(): void {
    if (this.#isScheduled || this.#running >= CONCURRENT_STATEMENTS) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const batch = this.#takeBatch();
      const extended = batch.filter(({ order }) => hasExtras(order));
      const plain = extended.length === 0 ? batch : batch.filter(({ order }) => !hasExtras(order));
      this.#start(plain, INSERT_PLAIN);
      this.#start(extended, INSERT_WITH_EXTRAS);
      if (batch.length > 0) this.#schedule();
    });
  }

  /** In the order in which they came. Left waiting are a bounded order of a guest who has one in another statement. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const kinds = new Map<string, boolean>();
    for (let place = 0; place < this.#waiting.length && batch.length < ORDERS_A_STATEMENT; ) {
      const waiting = this.#waiting[place];
      if (waiting === undefined) break;
      const guest = boundedGuestOf(waiting);
      const isOfExtras = hasExtras(waiting.order);
      const isElsewhere =
        guest !== null && (this.#guests.has(guest) || (kinds.get(guest) ?? isOfExtras) !== isOfExtras);
      if (isElsewhere) {
        place += 1;
        continue;
      }
      if (guest !== null) kinds.set(guest, isOfExtras);
      this.#waiting.splice(place, 1);
      batch.push(waiting);
    }
    for (const guest of kinds.keys()) this.#guests.add(guest);
    return batch;
  }

  #start(batch: readonly Waiting[], statement: Statement): void {
    if (batch.length === 0) return;
    this.#running += 1;
    void this.#write(batch, statement).finally(() => {
      this.#running -= 1;
      for (const guest of batch.map(boundedGuestOf)) if (guest !== null) this.#guests.delete(guest);
      this.#schedule();
    });
  }

  async #write(waiting: readonly Waiting[], statement: Statement): Promise<void> {
    const batch = waiting.filter((one) => this.#hasLeft(one));
    if (batch.length === 0) return;
    try {
      const inserted = await insertOrders(
        this.#pool,
        statement,
        batch.map(({ order }) => order),
      );
      if (inserted.written.size > 0) this.#onPlaced();
      await this.#recount(batch);
      for (const { order, resolve, reject } of batch) {
        const { id } = order.order;
        if (inserted.written.has(id)) resolve(order);
        else
          reject(inserted.beyond.has(id) ? new PlacementRefused('too-many-unpaid', order) : new KeyTaken());
      }
    } catch (error) {
      // One by one, so that an order which the database refuses does not fail the others.
      if (batch.length > 1) for (const one of batch) await this.#write([one], statement);
      else for (const one of batch) await this.#fail(one, error);
    }
  }

  /** Refreshes the counts before answering. Where that fails, the copy in memory catches up by itself. */
  async #recount(batch: readonly Waiting[]): Promise<void> {
    const units = batch.flatMap(({ order }) => order.takenUnits);
    if (units.length > 0) await this.#counts.recount(units).catch(() => undefined);
  }

  /** Rejects without a statement once the last units are known to be taken. */
  #hasLeft({ order, reject }: Waiting): boolean {
    const hasLeft = this.#counts.hasLeft(order.takenUnits);
    if (!hasLeft) reject(new PlacementRefused('promotion-used-up', order));
    return hasLeft;
  }

  async #fail(waiting: Waiting, error: unknown): Promise<void> {
    const refusal = refusalOf(error);
    if (refusal === undefined) return waiting.reject(error);
    await this.#recount([waiting]);
    waiting.reject(new PlacementRefused(refusal, waiting.order));
  }
}

/** Null for an order that nothing bounds. */
function boundedGuestOf({ order: { order, unpaidBounds } }: Waiting): string | null {
  return unpaidBounds === null ? null : order.customerId;
}
