/**
 * Devices that publish, in a separate thread so that the load on ingest does not delay them. Each has some readings in
 * flight, or all together sustain a rate; a reading's `at` is the moment it is published.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { connectAsync, type MqttClient } from 'mqtt';
import { z } from 'zod';
import { newId } from '../../platform/ids.js';

const orders = z.object({
  mqttUrl: z.string(),
  devices: z.array(z.object({ shelfId: z.string(), token: z.string(), topic: z.string() })),
  readings: z.number(),
  /** Of each device. */
  inFlight: z.number(),
  /** Of all devices together; null for as many as possible. */
  perSecond: z.number().nullable(),
});

export type DeviceOrders = z.infer<typeof orders>;

const { mqttUrl, devices, readings, inFlight, perSecond } = orders.parse(workerData);
const bootId = newId();
const clients: MqttClient[] = [];
for (const { shelfId, token } of devices) {
  clients.push(await connectAsync(mqttUrl, { username: shelfId, password: token }));
}

let published = 0;
const startedAt = performance.now();
await Promise.all(
  clients.flatMap((client, index) => Array.from({ length: inFlight }, () => publishInTurn(client, index))),
);
const seconds = (performance.now() - startedAt) / 1_000;
await Promise.all(clients.map((client) => client.endAsync()));
parentPort?.postMessage({ published, seconds });

async function publishInTurn(client: MqttClient, index: number): Promise<void> {
  const topic = devices[index]?.topic ?? '';
  while (published < readings) {
    const seq = published++;
    if (perSecond !== null)
      await delay(Math.max(0, startedAt + (seq * 1_000) / perSecond - performance.now()));
    const reading = {
      seq,
      bootId,
      at: new Date().toISOString(),
      grams: 100_000 - (seq % 50_000),
      batteryPct: 90,
    };
    await client.publishAsync(topic, JSON.stringify(reading), { qos: 1 });
  }
}
