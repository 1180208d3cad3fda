/** The scales of the demo's outlet, which publish as devices do. */
import { connectAsync } from 'mqtt';
import { eventually } from '../../tests/support/wait.js';
import type { Place } from './place.js';

export interface Scale {
  /** Publishes a reading of so much on the shelf; resolves once the broker has acknowledged it. */
  weigh(netGrams: number): Promise<void>;
}

interface Shelf {
  readonly id: string;
  readonly topic: string;
  readonly tareGrams: number;
}

/** So many of the outlet's scales, which weigh in gram, under tokens of their own from then on. */
export async function connectScales(
  { manager, outletId, mqttUrl }: Place,
  count: number,
): Promise<{ readonly all: readonly Scale[]; close(): Promise<void> }> {
  const { stockItems } = await manager.execute<{
    stockItems: { nodes: { unit: string; shelves: Shelf[] }[] };
  }>(
    'query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) { nodes { unit shelves { id topic tareGrams } } } }',
    { outletId },
  );
  const shelves = stockItems.nodes.flatMap(({ unit, shelves }) => (unit === 'GRAM' ? shelves : []));
  const connected = await Promise.all(
    shelves.slice(0, count).map(async ({ id, topic, tareGrams }) => {
      const { rotateDeviceToken } = await manager.execute<{ rotateDeviceToken: { deviceToken: string } }>(
        'mutation ($shelfId: ID!) { rotateDeviceToken(shelfId: $shelfId) { deviceToken } }',
        { shelfId: id },
      );
      const client = await eventually(() =>
        connectAsync(mqttUrl, {
          ...{ username: id, password: rotateDeviceToken.deviceToken, clientId: id, reconnectPeriod: 0 },
        }),
      );
      const bootId = Date.now().toString(36);
      let seq = 0;
      const weigh = async (netGrams: number) => {
        seq += 1;
        const reading = {
          seq,
          bootId,
          at: new Date().toISOString(),
          grams: netGrams + tareGrams,
          batteryPct: 87,
        };
        await client.publishAsync(topic, JSON.stringify(reading), { qos: 1 });
      };
      return { client, scale: { weigh } };
    }),
  );
  return {
    all: connected.map(({ scale }) => scale),
    async close() {
      await Promise.all(connected.map(({ client }) => client.endAsync()));
    },
  };
}
