/** Where the roles work: a demo chain that runs, and its people. */
import { newId } from '../../../platform/ids.js';
import type { FrontEnd } from '../../support/front-end.js';
import type { ShopFloor } from '../audit-trail/shop-floor.js';

export interface Place {
  /** The gateway's GraphQL address. */
  readonly url: string;
  readonly mqttUrl: string;
  readonly floor: ShopFloor;
  /** Somebody who is not signed in. */
  readonly visitor: FrontEnd;
}

/** Of the place once it is there: stories are declared before it is. */
export type GetPlace = () => Place;

export interface Money {
  readonly amount: number;
}

export interface Connection<Node> {
  readonly nodes: readonly Node[];
}

/** One of the outlet's usual drink, or so many. */
export function anOrder({ floor }: Place, quantity = 1) {
  return {
    ...{ outletId: floor.outletId, idempotencyKey: newId() },
    lines: [{ menuItemId: floor.drinkId, quantity }],
  };
}

/** An outlet of the demo by its name. */
export async function outletNamed({ visitor }: Place, name: string): Promise<string> {
  const { outlets } = await visitor.execute<{ outlets: Connection<{ id: string; name: string }> }>(
    '{ outlets(first: 100) { nodes { id name } } }',
  );
  const outlet = outlets.nodes.find((one) => one.name === name);
  if (outlet === undefined) throw new Error(`The demo has no outlet ${name}`);
  return outlet.id;
}

/** The calendar day there, so many days from today. */
export function dayInJakarta(days = 0): string {
  const at = new Date(Date.now() + days * 86_400_000);
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(at);
}
