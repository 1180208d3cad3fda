/**
 * Writes new orders, each wholly or not at all. Orders that come while others are being written wait a moment and are written
 * together, so that a rush costs few statements and commits.
 */
import type { Pool } from 'pg';
import type { TakenPieces } from '../domain/promotion.js';
import type { Transaction } from './database.js';
import {
  isDiscounted,
  type NewOrder,
  PLACE,
  PLACE_DISCOUNTED,
  type Refusal,
  refusalOf,
  statementInput,
} from './placement-statement.js';

/** `known`: the idempotency key was taken. */
export type Placement = 'placed' | 'known' | Refusal;

/** What is known of limited promotions without asking the database: see `MenuReadModel`. */
export interface PieceCounts {
  hasLeft(pieces: readonly TakenPieces[]): boolean;
  recount(pieces: readonly TakenPieces[]): Promise<void>;
}

const ORDERS_A_STATEMENT = 64;
const STATEMENTS_AT_ONCE = 2;

interface Statement {
  readonly name: string;
  readonly text: string;
}

const PLAIN: Statement = { name: 'order-place', text: PLACE };
const DISCOUNTED: Statement = { name: 'order-place-discounted', text: PLACE_DISCOUNTED };

interface Waiting {
  readonly order: NewOrder;
  resolve(placement: Placement): void;
  reject(error: unknown): void;
}

export class PlacementWriter {
  readonly #pool: Pool;
  readonly #counts: PieceCounts;
  readonly #onPlaced: () => void;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #isScheduled = false;

  /** @param onPlaced called after each commit that wrote events. */
  constructor(pool: Pool, counts: PieceCounts, onPlaced: () => void) {
    this.#pool = pool;
    this.#counts = counts;
    this.#onPlaced = onPlaced;
  }

  /** Resolves once it is durable, or refused. */
  place(order: NewOrder): Promise<Placement> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, resolve, reject });
      this.#schedule();
    });
  }

  /** At the end of the event loop's turn, so that requests which came together go together. */
  #schedule(): void {
    if (this.#isScheduled || this.#running >= STATEMENTS_AT_ONCE) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const batch = this.#waiting.splice(0, ORDERS_A_STATEMENT);
      const discounted = batch.filter(({ order }) => isDiscounted(order));
      const plain = discounted.length === 0 ? batch : batch.filter(({ order }) => !isDiscounted(order));
      this.#start(plain, PLAIN);
      this.#start(discounted, DISCOUNTED);
      if (batch.length > 0) this.#schedule();
    });
  }

  #start(batch: readonly Waiting[], statement: Statement): void {
    if (batch.length === 0) return;
    this.#running += 1;
    void this.#write(batch, statement).finally(() => {
      this.#running -= 1;
      this.#schedule();
    });
  }

  async #write(asked: readonly Waiting[], statement: Statement): Promise<void> {
    const batch = asked.filter((waiting) => this.#hasLeft(waiting));
    if (batch.length === 0) return;
    try {
      const values = [statementInput(batch.map(({ order }) => order))];
      const { rows } = await this.#pool.query<{ id: string }>({ ...statement, values });
      const placed = new Set(rows.map(({ id }) => id));
      if (placed.size > 0) this.#onPlaced();
      await this.#recount(batch);
      for (const { order, resolve } of batch) resolve(placed.has(order.order.id) ? 'placed' : 'known');
    } catch (error) {
      // One order that the database refuses holds back nothing but itself.
      if (batch.length > 1) for (const waiting of batch) await this.#write([waiting], statement);
      else for (const waiting of batch) await this.#refuse(waiting, error);
    }
  }

  /** So that who is answered sees at once what is left. Where it fails, the copy in memory catches up by itself. */
  async #recount(batch: readonly Waiting[]): Promise<void> {
    const pieces = batch.flatMap(({ order }) => order.takenPieces);
    if (pieces.length > 0) await this.#counts.recount(pieces).catch(() => undefined);
  }

  /** Whoever comes when the last pieces are known to be gone is refused without a statement. */
  #hasLeft({ order, resolve }: Waiting): boolean {
    const hasLeft = this.#counts.hasLeft(order.takenPieces);
    if (!hasLeft) resolve('promotion-used-up');
    return hasLeft;
  }

  async #refuse(waiting: Waiting, error: unknown): Promise<void> {
    const { resolve, reject } = waiting;
    const refusal = refusalOf(error);
    if (refusal === undefined) return reject(error);
    await this.#recount([waiting]);
    resolve(refusal);
  }
}

export class PlacementRefused extends Error {
  override readonly name = 'PlacementRefused';
  readonly refusal: Refusal;
  readonly takenPieces: readonly TakenPieces[];

  constructor(refusal: Refusal, { takenPieces }: NewOrder) {
    super(refusal);
    this.refusal = refusal;
    this.takenPieces = takenPieces;
  }
}

/** The idempotency key was taken, by a duplicate that committed a moment ago. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/** The same statement in a transaction, which is lost unless the order is placed. @throws PlacementRefused, KeyTaken */
export async function placeWithin(tx: Transaction, order: NewOrder): Promise<void> {
  const statement = isDiscounted(order) ? PLACE_DISCOUNTED : PLACE;
  const rows = await tx.$queryRawUnsafe<object[]>(statement, statementInput([order])).catch((error) => {
    const refusal = refusalOf(error);
    throw refusal === undefined ? error : new PlacementRefused(refusal, order);
  });
  if (rows.length === 0) throw new KeyTaken();
}
