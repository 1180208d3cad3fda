/** Allocates order numbers from blocks drawn from the database. The rest of a block stays unused when its process ends. */
import type { Pool } from 'pg';
import { NUMBERS_A_BLOCK, orderNumber } from '../domain/order-number.js';

export class OrderNumbers {
  readonly #pool: Pool;
  #block: Promise<number> | undefined;
  #next = 0;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async next(): Promise<string> {
    if (this.#block === undefined || this.#next === NUMBERS_A_BLOCK) {
      const drawing = this.#draw();
      this.#block = drawing;
      this.#next = 0;
      drawing.catch(() => {
        if (this.#block === drawing) this.#block = undefined;
      });
    }
    const block = this.#block;
    const place = this.#next++;
    return orderNumber(await block, place);
  }

  async #draw(): Promise<number> {
    const { rows } = await this.#pool.query<{ block: string }>({
      name: 'order-number-block',
      text: `SELECT nextval('order_number_block') AS block`,
    });
    return Number(rows[0]?.block);
  }
}
