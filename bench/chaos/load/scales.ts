/**
 * Scales: each publishes its weight over a connection that repeats and reorders, some of it retained, by a clock that may be wrong by a
 * year; now and then one reboots and counts from the start, and what it said last before arrives after. Acknowledged readings are
 * recorded.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { demoDeviceToken } from '../../../subgraphs/stock/ingest/devices/device-token.js';
import { repeat, type Shift } from './shift.js';

const SCALES_AN_OUTLET = 4;
const ACKNOWLEDGED_WITHIN_MILLISECONDS = 60_000;

interface Scale {
  readonly id: string;
  readonly topic: string;
  readonly client: MqttClient;
  bootId: string;
  seq: number;
  grams: number;
  readonly clockMilliseconds: number;
}

const YEAR_MILLISECONDS = 365 * 24 * 3_600_000;

export async function scales(shift: Shift, mqttUrl: string): Promise<void> {
  const shelves = shift.outletIds.flatMap((outletId) =>
    CATALOGUE.stockItems
      .filter((item) => item.outletId === outletId && item.shelf !== null)
      .slice(0, SCALES_AN_OUTLET),
  );
  await Promise.all(
    shelves.map(async ({ shelf, outletId }) => {
      if (shelf === null) return;
      const client = await signIn(shift, mqttUrl, shelf.id);
      if (client === undefined) return;
      const topic = `kedai/v1/${outletId}/shelves/${shelf.id}/reading`;
      const random = shift.random.of(`scale ${shelf.id}`);
      const clockMilliseconds = random.pick([-1, 0, 1]) * YEAR_MILLISECONDS;
      const { id, grams } = shelf;
      const scale: Scale = { id, topic, client, bootId: newId(), seq: 0, grams, clockMilliseconds };
      await repeat(
        shift,
        () => sleep(random.between(200, 1_200), undefined, { signal: shift.closing }).catch(() => undefined),
        () => speak({ ...shift, random }, scale),
      );
      await client.endAsync(true);
    }),
  );
}

/** Retried until the stock unit has registered the device with the broker. Undefined when the shift closes first. */
async function signIn({ closing }: Shift, mqttUrl: string, shelfId: string): Promise<MqttClient | undefined> {
  const password = demoDeviceToken(shelfId);
  while (!closing.aborted) {
    try {
      const client = await connectAsync(mqttUrl, { username: shelfId, password, reconnectPeriod: 500 });
      client.on('error', () => undefined);
      return client;
    } catch {
      await sleep(500);
    }
  }
  return undefined;
}

async function speak(shift: Shift, scale: Scale): Promise<void> {
  const { random } = shift;
  if (random.chance(0.04)) return reboot(shift, scale);
  const said = Array.from({ length: random.between(1, 3) }, () => reading(scale, random.between(-300, 280)));
  const again = random.chance(0.2) ? said : [];
  await Promise.all(random.shuffled([...said, ...again]).map((one) => publish(shift, scale, one)));
}

/** A reading of the boot before is on its way still when the first of the next one is acknowledged. */
async function reboot(shift: Shift, scale: Scale): Promise<void> {
  const late = reading(scale, shift.random.between(-300, 280));
  Object.assign(scale, { bootId: newId(), seq: 0 });
  await publish(shift, scale, reading(scale, shift.random.between(-300, 280)));
  await publish(shift, scale, late);
}

type Reading = ReturnType<typeof reading>;

function reading(scale: Scale, change: number) {
  scale.seq += 1;
  scale.grams = Math.max(1_000, scale.grams + change);
  const { seq, bootId, grams, clockMilliseconds } = scale;
  const at = new Date(Date.now() + clockMilliseconds).toISOString();
  return { seq, bootId, at, grams, batteryPct: 90 };
}

async function publish(
  { acknowledged, random, tally }: Shift,
  { id, topic, client }: Scale,
  said: Reading,
): Promise<void> {
  const published = client.publishAsync(topic, JSON.stringify(said), {
    qos: 1,
    retain: random.chance(0.05),
  });
  const isAcknowledged = await Promise.race([
    published.then(() => true),
    sleep(ACKNOWLEDGED_WITHIN_MILLISECONDS, false, { ref: false }),
  ]);
  if (!isAcknowledged) return tally.count('readings not acknowledged');
  acknowledged.readings.add(`${id} ${said.bootId} ${said.seq}`);
  tally.count('readings');
}
