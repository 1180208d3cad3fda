/**
 * The whole system in one process of its own, as `npm start` runs it, over HTTP: how many orders it accepts, and how long
 * stock takes to answer each.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { z } from 'zod';
import { FrontEnd } from '../../tests/support/front-end.js';
import { startWholeSystem, type WholeSystem } from '../../tests/support/whole-system.js';
import { atRate, inAll, inFlight, type LoadResult } from './load.js';
import { PLACE_ORDER, someDrink } from './orders.js';

export interface GatewayResult {
  readonly accepted: LoadResult;
  /** From PLACED to stock's answer. */
  readonly settledMilliseconds: readonly number[];
}

/** Of the accepted orders, whose settling is looked at. */
const SAMPLE = 1_000;
const ORDERS_A_QUERY = 25;

const placedSchema = z.object({
  data: z.object({ placeOrder: z.object({ order: z.object({ id: z.string() }) }) }),
});

export class OrdersThroughGateway {
  readonly #system: WholeSystem;
  readonly #token: string;

  private constructor(system: WholeSystem, token: string) {
    this.#system = system;
    this.#token = token;
  }

  /** @param project the checkout to start, installed and built; this one by default. */
  static async start(project?: string): Promise<OrdersThroughGateway> {
    const system = await startWholeSystem({ RATE_LIMIT: 'off', LOG_LEVEL: 'error' }, undefined, project);
    const { signIn } = await new FrontEnd(system.url).execute<{
      signIn: { session: { accessToken: string } };
    }>(
      `mutation { signIn(input: { email: "rina@kedai.test", password: "kedai-demo" }) { session { accessToken } } }`,
    );
    return new OrdersThroughGateway(system, signIn.session.accessToken);
  }

  get pid(): number {
    const { pid } = this.#system.process;
    if (pid === undefined) throw new Error('The system does not run.');
    return pid;
  }

  withInFlight(count: number, seconds: number): Promise<GatewayResult> {
    return this.#measure(count, (one) => inFlight(count, seconds, one));
  }

  /** Places `total` orders. */
  inAll(count: number, total: number, sample = SAMPLE): Promise<GatewayResult> {
    return this.#measure(count, (one) => inAll(count, total, one), sample);
  }

  withRate(perSecond: number, seconds: number): Promise<GatewayResult> {
    return this.#measure(256, (one) => atRate(perSecond, seconds, one));
  }

  async stop(): Promise<void> {
    await this.#system.stop();
  }

  async #measure(
    connections: number,
    load: (one: () => Promise<void>) => Promise<LoadResult>,
    sample = SAMPLE,
  ): Promise<GatewayResult> {
    const { origin, pathname } = new URL(this.#system.url);
    const pool = new Pool(origin, { connections });
    const ids: string[] = [];
    const accepted = await load(async () => {
      const { body } = await pool.request({
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
        body: JSON.stringify({ query: PLACE_ORDER, variables: { input: someDrink() } }),
      });
      ids.push(placedSchema.parse(await body.json()).data.placeOrder.order.id);
    });
    await pool.close();
    const step = Math.max(1, Math.floor(ids.length / sample));
    return {
      accepted,
      settledMilliseconds: await this.#settled(ids.filter((_, index) => index % step === 0)),
    };
  }

  /** Waits until stock has answered each. */
  async #settled(ids: readonly string[]): Promise<number[]> {
    const guest = new FrontEnd(this.#system.url, this.#token);
    const settled: number[] = [];
    for (let from = 0; from < ids.length; from += ORDERS_A_QUERY) {
      const batch = ids.slice(from, from + ORDERS_A_QUERY);
      const fields = batch.map((id, index) => `o${index}: order(id: "${id}") { statusHistory { at } }`);
      for (;;) {
        const orders = Object.values(
          await guest.execute<Record<string, { statusHistory: { at: string }[] }>>(`{ ${fields.join(' ')} }`),
        );
        const times = orders.flatMap(({ statusHistory: [placed, answered] }) =>
          placed && answered ? [Date.parse(answered.at) - Date.parse(placed.at)] : [],
        );
        if (times.length === orders.length) {
          settled.push(...times);
          break;
        }
        await delay(200);
      }
    }
    return settled;
  }
}
