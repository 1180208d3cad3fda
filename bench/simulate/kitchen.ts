/**
 * An outlet's kitchen: its hands, as many as the shift has, take paid orders one by one. What an order takes leaves the shelves while it
 * is made, and its guest picks it up a little later.
 */
import type { Caller } from './caller.js';
import type { Outlet, Recipes } from './chain.js';
import type { Clock } from './clock.js';
import type { Day } from './day.js';
import type { Random } from './random.js';
import type { Shelves } from './shelves.js';
import type { Tally } from './tally.js';

export interface KitchenOptions {
  /** Who may prepare orders at the outlet. */
  readonly staff: Caller;
  readonly outlet: Outlet;
  readonly recipes: Recipes;
  readonly shelves: Shelves;
  readonly day: Day;
  readonly clock: Clock;
  readonly random: Random;
  readonly tally: Tally;
}

interface Order {
  readonly id: string;
  readonly status: string;
  readonly lines: readonly {
    readonly quantity: number;
    readonly menuItem: { readonly barcode: string } | null;
    readonly options: readonly { readonly name: string }[];
  }[];
}

const LOOK_MILLISECONDS = 1_000;
const MINUTES_A_DRINK = { least: 0.6, most: 1.6 };
const MINUTES_UNTIL_PICKED_UP = { least: 0.5, most: 5 };
const QUEUE = `query ($outletId: ID!) { kitchenQueue(outletId: $outletId) {
  id status lines { quantity menuItem { barcode } options { name } } } }`;

export class Kitchen {
  readonly #options: KitchenOptions;
  readonly #under = new Map<string, Promise<void>>();
  /** Handed out: a slow answer may still have them in the queue. */
  readonly #done = new Set<string>();
  #making = 0;

  constructor(options: KitchenOptions) {
    this.#options = options;
  }

  /** Until the clock has ended, and what is under way then is done. */
  async work(): Promise<void> {
    const { clock, tally } = this.#options;
    while (!clock.hasEnded) {
      await this.#look().catch(() => tally.count('failed'));
      await clock.passReal(LOOK_MILLISECONDS);
    }
    await Promise.all(this.#under.values());
  }

  async #look(): Promise<void> {
    const { staff, outlet, clock, day, tally } = this.#options;
    const { kitchenQueue } = await staff.execute<{ kitchenQueue: Order[] }>(QUEUE, { outletId: outlet.id });
    for (const order of kitchenQueue) {
      if (this.#under.has(order.id) || this.#done.has(order.id) || clock.hasEnded) continue;
      if (order.status === 'PAID' && this.#making >= day.handsAt(clock.minute)) continue;
      if (order.status !== 'READY') this.#making += 1;
      const work = this.#make(order)
        .catch(() => tally.count('failed'))
        .finally(() => this.#under.delete(order.id));
      this.#under.set(order.id, work);
    }
  }

  /** From where it is: an earlier day may have left it in the middle. */
  async #make(order: Order): Promise<void> {
    const { clock, random, tally } = this.#options;
    if (order.status !== 'READY') {
      try {
        if (order.status === 'PAID' && !(await this.#step('startPreparing', order.id))) return;
        for (const line of order.lines) await this.#makeLine(line);
        await this.#step('markReady', order.id);
      } finally {
        this.#making -= 1;
      }
    }
    await clock.pass(random.between(MINUTES_UNTIL_PICKED_UP.least, MINUTES_UNTIL_PICKED_UP.most));
    this.#done.add(order.id);
    if (await this.#step('completeOrder', order.id)) tally.count('handed out');
  }

  async #makeLine({ quantity, menuItem, options }: Order['lines'][number]): Promise<void> {
    const { recipes, shelves, outlet, clock, random } = this.#options;
    if (menuItem === null) return;
    const recipe = recipes.of(
      menuItem.barcode,
      options.map(({ name }) => name),
    );
    shelves.take(outlet.id, recipe, quantity, clock.minute);
    await clock.pass(quantity * random.between(MINUTES_A_DRINK.least, MINUTES_A_DRINK.most));
  }

  async #step(name: 'startPreparing' | 'markReady' | 'completeOrder', orderId: string): Promise<boolean> {
    const answer = await this.#options.staff.execute<Record<string, { userErrors: object[] }>>(
      `mutation ($id: ID!) { ${name}(orderId: $id) { userErrors { code } } }`,
      { id: orderId },
    );
    return answer[name]?.userErrors.length === 0;
  }
}
