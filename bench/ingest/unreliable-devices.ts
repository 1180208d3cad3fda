/**
 * Devices as they come: each repeats a tenth of its readings and sends another tenth out of order, has a clock that is wrong by a
 * year, publishes some readings retained, and reboots now and then, after which late readings of the boot before still arrive. The
 * acknowledged readings are recorded, as is what each shelf weighs in the end.
 */
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import { newId } from '../../platform/ids.js';
import { readingTopicOf } from '../../subgraphs/stock/domain/shelf-topic.js';
import { demoDeviceToken } from '../../subgraphs/stock/ingest/devices/device-token.js';
import type { Random } from '../chaos/random.js';

export interface UnreliableDevice {
  readonly shelfId: string;
  /** `shelfId bootId seq` of each reading that was acknowledged. */
  readonly acknowledged: Set<string>;
  /** What the newest boot's highest `seq` says. */
  readonly lastGrams: number;
  /** How many were sent, repetitions included. */
  sent(): number;
  run(): Promise<void>;
  stop(): Promise<void>;
}

interface Saying {
  readonly bootId: string;
  readonly seq: number;
  readonly grams: number;
  readonly isRetained: boolean;
  /** The first of its boot is acknowledged before any other is sent, as by a device that announces itself. */
  readonly isFirst: boolean;
}

const REBOOTS_EVERY = 250;
const LATE_AFTER_REBOOT = 3;
const IN_FLIGHT = 8;
const RETRY_MILLISECONDS = 50;
const YEAR_MILLISECONDS = 365 * 24 * 3_600_000;

/** @param pauseMilliseconds after each reading that is sent. */
export async function connectUnreliableDevice(
  mqttUrl: string,
  shelf: { readonly id: string; readonly outletId: string },
  readings: number,
  random: Random,
  pauseMilliseconds = 0,
): Promise<UnreliableDevice> {
  const { boots, order } = planOf(readings, random);
  const client = await mqtt.connectAsync(mqttUrl, {
    clientId: `bench-${shelf.id}`,
    username: shelf.id,
    password: demoDeviceToken(shelf.id),
    reconnectPeriod: 200,
  });
  client.on('error', () => undefined);
  const clock = random.pick([-1, 0, 1]) * YEAR_MILLISECONDS;
  const acknowledged = new Set<string>();
  const topic = readingTopicOf(shelf);
  let sent = 0;

  async function say({ bootId, seq, grams, isRetained }: Saying): Promise<void> {
    sent += 1;
    const at = new Date(Date.now() + clock).toISOString();
    const reading = JSON.stringify({ seq, bootId, at, grams });
    while (!(await isAcknowledged(client, topic, reading, isRetained))) await delay(RETRY_MILLISECONDS);
    acknowledged.add(`${shelf.id} ${bootId} ${seq}`);
  }

  return {
    shelfId: shelf.id,
    acknowledged,
    lastGrams: boots.at(-1)?.at(-1)?.grams ?? 0,
    sent: () => sent,
    async run() {
      const open = new Set<Promise<void>>();
      for (const saying of order) {
        const saying_ = say(saying).finally(() => open.delete(saying_));
        open.add(saying_);
        if (pauseMilliseconds > 0) await delay(pauseMilliseconds);
        if (saying.isFirst) await saying_;
        else if (open.size >= IN_FLIGHT) await Promise.race(open);
      }
      await Promise.all(open);
    },
    async stop() {
      await client.endAsync(true);
    },
  };
}

/** False where the connection was lost before the reading was sent; once it is sent, the client repeats it by itself. */
function isAcknowledged(
  client: mqtt.MqttClient,
  topic: string,
  reading: string,
  retain: boolean,
): Promise<boolean> {
  return client.publishAsync(topic, reading, { qos: 1, retain }).then(
    () => true,
    () => false,
  );
}

/** What each boot says, by `seq`, and the order in which all of it is sent. */
function planOf(readings: number, random: Random): { boots: Saying[][]; order: Saying[] } {
  const boots: Saying[][] = [];
  const order: Saying[] = [];
  let late: Saying[] = [];
  for (let from = 0; from < readings; from += REBOOTS_EVERY) {
    const bootId = newId();
    const boot = Array.from({ length: Math.min(REBOOTS_EVERY, readings - from) }, (_, seq) => ({
      bootId,
      seq,
      grams: random.between(1_000, 90_000),
      isRetained: random.chance(0.02),
      isFirst: seq === 0,
    }));
    boots.push(boot);
    const [first, ...others] = boot;
    const isLastBoot = from + REBOOTS_EVERY >= readings;
    const held = isLastBoot ? [] : others.splice(-LATE_AFTER_REBOOT);
    order.push(...(first === undefined ? [] : [first]), ...late, ...disordered(others, random));
    late = held;
  }
  return { boots, order };
}

/** A tenth is sent up to five places later, and a tenth twice. */
function disordered(sayings: readonly Saying[], random: Random): Saying[] {
  return sayings
    .flatMap((saying, place) => {
      const at = random.chance(0.1) ? place + random.between(2, 5) : place;
      const again = random.chance(0.1) ? [{ saying, at: at + random.between(1, 20) }] : [];
      return [{ saying, at }, ...again];
    })
    .sort((one, other) => one.at - other.at)
    .map(({ saying }) => saying);
}
