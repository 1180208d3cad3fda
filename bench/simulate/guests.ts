/** Guests: each visit is one of them who orders a few drinks at an outlet and pays, or changes their mind. */
import { newId } from '../../platform/ids.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { Caller } from './caller.js';
import type { Outlet } from './chain.js';
import type { Random } from './random.js';
import type { Tally } from './tally.js';

const PASSWORD = 'kedai-demo';
const METHODS = ['QRIS', 'GOPAY', 'OVO', 'CARD', 'DANA'];
const NEVER_PAYS = 0.02;
const CANCELS = 0.01;

export class Guests {
  readonly #callers: readonly Caller[];
  readonly #outlets: readonly Outlet[];
  readonly #random: Random;
  readonly #tally: Tally;
  #lastFailure: string | null = null;

  private constructor(callers: readonly Caller[], outlets: readonly Outlet[], random: Random, tally: Tally) {
    this.#callers = callers;
    this.#outlets = outlets;
    this.#random = random;
    this.#tally = tally;
  }

  /** Signs up so many, or finds them signed up by an earlier day of the same seed. */
  static async signUp(
    url: string,
    seed: string,
    count: number,
    outlets: readonly Outlet[],
    random: Random,
    tally: Tally,
  ): Promise<Guests> {
    const callers: Caller[] = [];
    for (let number = 1; number <= count; number += 1) {
      const email = `guest-${seed.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${number}@kedai.test`;
      const input = { email, password: PASSWORD, name: `Tamu ${number}` };
      await new FrontEnd(url).execute(
        'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }',
        { input },
      );
      callers.push(new Caller(url, email, PASSWORD));
    }
    return new Guests(callers, outlets, random, tally);
  }

  /** Why the last visit failed that did; null where none has. */
  get lastFailure(): string | null {
    return this.#lastFailure;
  }

  /** @returns whether it came to an answer, if only a refusal. Never rejects. */
  async visit(): Promise<boolean> {
    const random = this.#random;
    const caller = random.pick(this.#callers);
    const outlet = random.pickPopular(this.#outlets);
    const lines = Array.from({ length: random.isTrueFor(0.7) ? 1 : random.integer(2, 4) }, () => ({
      menuItemId: random.pickPopular(outlet.menu).id,
      quantity: random.isTrueFor(0.8) ? 1 : 2,
    }));
    const mood = random.uniform();
    const method = random.pickPopular(METHODS);
    try {
      const orderId = await this.#order(caller, outlet.id, lines);
      if (orderId === null || mood < NEVER_PAYS) return true;
      if (mood < NEVER_PAYS + CANCELS) await this.#cancel(caller, orderId);
      else await this.#pay(caller, orderId, method);
      return true;
    } catch (error) {
      this.#tally.count('failed');
      this.#lastFailure = reasonOf(error);
      return false;
    }
  }

  async #order(caller: Caller, outletId: string, lines: object[]): Promise<string | null> {
    const { placeOrder } = await caller.execute<{ placeOrder: { order: { id: string } | null } }>(
      'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }',
      { input: { outletId, lines, idempotencyKey: newId() } },
    );
    this.#tally.count(placeOrder.order === null ? 'refused' : 'ordered');
    return placeOrder.order?.id ?? null;
  }

  async #pay(caller: Caller, orderId: string, method: string): Promise<void> {
    const { payOrder } = await caller.execute<{ payOrder: { payment: object | null } }>(
      'mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } userErrors { code } } }',
      { input: { orderId, method, idempotencyKey: newId() } },
    );
    this.#tally.count(payOrder.payment === null ? 'unpaid' : 'paid');
  }

  async #cancel(caller: Caller, orderId: string): Promise<void> {
    await caller.execute('mutation ($id: ID!) { cancelOrder(orderId: $id) { userErrors { code } } }', {
      id: orderId,
    });
    this.#tally.count('cancelled');
  }
}

/** The code of the gateway's error where there is one. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /"code":"(\w+)"/.exec(message)?.[1] ?? message.slice(0, 80);
}
