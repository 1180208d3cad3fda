/**
 * Shelves: each publishes its weight in turn. The weight falls by what the kitchen should have used (`drawn`), varies by a
 * few grams, and is refilled when the item is low. Devices sign in with the tokens of the demo chain.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { newId } from '../../platform/ids.js';
import { demoDeviceToken } from '../../subgraphs/stock/ingest/devices/device-token.js';
import type { FrontEnd } from '../../tests/support/front-end.js';
import type { Part } from './guests.js';
import type { Tally } from './tally.js';

export interface ShelvesOptions {
  /** Signed in with the right to read the stock of all the outlets. */
  readonly headOffice: FrontEnd;
  readonly outletIds: readonly string[];
  readonly mqttUrl: string;
  readonly perSecond: number;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

interface Item {
  readonly onHand: number;
  readonly drawn: number;
  readonly reorderPoint: number;
  readonly shelves: readonly { id: string; topic: string; gramsPerUnit: number; tareGrams: number }[];
}

/** Devices at an outlet; the other shelves stay as they are. */
const DEVICES_AN_OUTLET = 10;
const TREMBLE_GRAMS = 3;

export async function startShelves(options: ShelvesOptions): Promise<Part> {
  const { headOffice, outletIds, mqttUrl, perSecond, tally, signal } = options;
  const bootId = newId();
  const devices = new Map<string, MqttClient>();
  let seq = 0;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      for (const outletId of outletIds) {
        const items = await weighed(headOffice, outletId).catch(() => []);
        for (const item of items.slice(0, DEVICES_AN_OUTLET)) {
          if (signal.aborted) break;
          await speak(item).catch(() => tally.count('failed'));
          await sleep(1_000 / perSecond, undefined, { signal }).catch(() => undefined);
        }
      }
    }
    await Promise.all([...devices.values()].map((device) => device.endAsync()));
  }

  async function speak(item: Item): Promise<void> {
    const [shelf] = item.shelves;
    if (shelf === undefined) return;
    const device = devices.get(shelf.id) ?? (await signIn(mqttUrl, shelf.id));
    devices.set(shelf.id, device);
    seq += 1;
    const left = item.onHand - item.drawn;
    const units = left <= item.reorderPoint ? item.reorderPoint * 10 : left;
    const grams = Math.round(units * shelf.gramsPerUnit + shelf.tareGrams + Math.random() * TREMBLE_GRAMS);
    const reading = { seq, bootId, at: new Date().toISOString(), grams, batteryPct: 90 };
    await device.publishAsync(shelf.topic, JSON.stringify(reading), { qos: 1 });
    tally.count('readings');
  }

  return { ended: run() };
}

async function weighed(headOffice: FrontEnd, outletId: string): Promise<Item[]> {
  const { stockItems } = await headOffice.execute<{ stockItems: { nodes: (Item & { tracking: string })[] } }>(
    `query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) {
       nodes { tracking onHand drawn reorderPoint shelves { id topic gramsPerUnit tareGrams } } } }`,
    { outletId },
  );
  return stockItems.nodes.filter(({ tracking }) => tracking === 'SHELF');
}

function signIn(mqttUrl: string, shelfId: string): Promise<MqttClient> {
  return connectAsync(mqttUrl, { username: shelfId, password: demoDeviceToken(shelfId), reconnectPeriod: 0 });
}
