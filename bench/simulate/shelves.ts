/**
 * The scales of an outlet's shelves and their devices: each signs in by MQTT with its demo token, publishes what it weighs, says by
 * its last will when it is gone, and is gone once its battery is flat.
 */
import { connectAsync, type MqttClient } from 'mqtt';
import { demoDeviceToken } from '../../subgraphs/stock/ingest/devices/device-token.js';
import type { Outlet, Recipe, Shelf, WeighedItem } from './chain.js';
import type { ScaleFaults } from './day.js';
import type { Random } from './random.js';
import { Scale } from './scale.js';
import type { Tally } from './tally.js';

/** A shelf with its scale and its device. */
export interface Station {
  readonly outlet: Outlet;
  readonly item: WeighedItem;
  readonly shelf: Shelf;
  readonly faults: ScaleFaults;
  readonly scale: Scale;
}

/** What an order really takes, beside its recipe: people pour a little more or less. */
const POUR_DEVIATION = 0.02;

export class Shelves {
  readonly stations: readonly Station[];
  readonly #byIngredient = new Map<string, Station[]>();
  readonly #random: Random;

  constructor(stations: readonly Station[], random: Random) {
    this.stations = stations;
    this.#random = random;
    for (const station of stations) {
      const key = ingredientKey(station.outlet.id, station.item.ingredientId);
      this.#byIngredient.set(key, [...(this.#byIngredient.get(key) ?? []), station]);
    }
  }

  /** Takes what servings need from the shelves of an outlet, the first ones first. */
  take(outletId: string, recipe: Recipe, servings: number, minute: number): void {
    for (const [ingredientId, units] of recipe) {
      const stations = this.#byIngredient.get(ingredientKey(outletId, ingredientId)) ?? [];
      const pour = 1 + this.#random.normal() * POUR_DEVIATION;
      let left = units * servings * pour * (stations[0]?.shelf.gramsPerUnit ?? 0);
      for (const { scale } of stations) left -= scale.take(left, minute);
    }
  }
}

function ingredientKey(outletId: string, ingredientId: string): string {
  return `${outletId} ${ingredientId}`;
}

export function placeScales(
  outlets: readonly Outlet[],
  faultsOf: (scales: number) => readonly ScaleFaults[],
  random: Random,
  startsAt: number,
): Shelves {
  const places = outlets.flatMap((outlet) =>
    outlet.items.flatMap((item) => item.shelves.map((shelf) => ({ outlet, item, shelf }))),
  );
  const faults = faultsOf(places.length);
  const stations = places.map(({ outlet, item, shelf }, index): Station => {
    const own = faults[index];
    if (own === undefined) throw new Error('Each scale has its faults.');
    const scale = new Scale({
      random: random.fork(`scale ${shelf.id}`),
      faults: own,
      tareGrams: shelf.tareGrams,
      grams: (item.onHand / item.shelves.length) * shelf.gramsPerUnit,
      startsAt,
    });
    return { outlet, item, shelf, faults: own, scale };
  });
  return new Shelves(stations, random.fork('pours'));
}

const SIGN_INS_AT_ONCE = 25;
/** MQTT 3.1.1 §3.2.2.3: bad user name or password, not authorized. */
const REFUSALS: readonly unknown[] = [4, 5];
/** Where another process signs in as the same devices, the broker ends the connections of one of the two, over and over. */
const TAKEOVERS = 3;

interface Device {
  readonly station: Station;
  client: MqttClient | null;
  /** How often its connection has ended without its doing. */
  closed: number;
}

/** Devices of all stations, each in its turn. */
export class Devices {
  readonly #url: string;
  readonly #tally: Tally;
  readonly #queue: Device[];
  readonly #unacknowledged = new Set<(isAcknowledged: boolean) => void>();
  #refused = 0;

  private constructor(url: string, tally: Tally, stations: readonly Station[]) {
    this.#url = url;
    this.#tally = tally;
    this.#queue = stations.map((station) => ({ station, client: null, closed: 0 }));
  }

  /**
   * A device whose token is not that of the demo is left out.
   * @param report how many have signed in. @throws Error where the broker cannot be reached.
   */
  static async signIn(
    url: string,
    tally: Tally,
    stations: readonly Station[],
    signal: AbortSignal,
    report: (signedIn: number) => void,
  ): Promise<Devices> {
    const devices = new Devices(url, tally, stations);
    const waiting = [...devices.#queue];
    let signedIn = 0;
    const lane = async () => {
      for (let device = waiting.shift(); device !== undefined && !signal.aborted; device = waiting.shift()) {
        if (await devices.#connect(device)) report(++signedIn);
        else devices.#refused += 1;
      }
    };
    try {
      await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, lane));
    } catch (error) {
      waiting.length = 0;
      devices.end();
      throw error;
    }
    return devices;
  }

  /** Devices with tokens of their own. */
  get refused(): number {
    return this.#refused;
  }

  /** Whether another process drives the same devices. */
  get areTakenOver(): boolean {
    return this.#queue.some(({ closed }) => closed >= TAKEOVERS);
  }

  /** The next device publishes what its scale shows. @returns whether it did; null where it has nothing to say. Never rejects. */
  async publishNext(minute: number): Promise<boolean | null> {
    const device = this.#queue.shift();
    if (device === undefined) return null;
    this.#queue.push(device);
    const { station, client } = device;
    if (client === null) return null;
    const weighed = station.scale.weigh(minute);
    if (weighed === null) {
      device.client = null;
      // Without a DISCONNECT, so that the broker publishes its last will.
      client.end(true);
      client.stream.destroy();
      return null;
    }
    // What is published without a connection would wait for one for ever.
    if (!client.connected) return this.#lost();
    const { seq, bootId, grams, batteryPct } = weighed;
    const reading = { seq, bootId, at: new Date().toISOString(), grams, batteryPct };
    if (!(await this.#publish(client, station.shelf.topic, JSON.stringify(reading)))) return this.#lost();
    this.#tally.count('readings');
    return true;
  }

  /** @returns whether it was acknowledged before the end: a client that is ended calls nobody back. */
  #publish(client: MqttClient, topic: string, payload: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#unacknowledged.add(resolve);
      client.publish(topic, payload, { qos: 1 }, (error) => {
        this.#unacknowledged.delete(resolve);
        resolve(error == null);
      });
    });
  }

  #lost(): false {
    this.#tally.count('readings not acknowledged');
    return false;
  }

  /** At once: what is not acknowledged by then is lost. */
  end(): void {
    for (const device of this.#queue) {
      device.client?.end(true);
      device.client = null;
    }
    for (const resolve of this.#unacknowledged) resolve(false);
    this.#unacknowledged.clear();
  }

  /** @returns false where the broker refuses its token. */
  async #connect(device: Device): Promise<boolean> {
    const { id, topic } = device.station.shelf;
    const status = topic.replace(/reading$/, 'status');
    try {
      const client = await connectAsync(this.#url, {
        username: id,
        password: demoDeviceToken(id),
        clientId: `simulated-${id}`,
        will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
      });
      device.client = client;
      client.on('error', () => this.#tally.count('device errors'));
      client.on('close', () => {
        if (device.client === client) device.closed += 1;
      });
      // Another process may have sent readings of boots of its own meanwhile.
      client.on('connect', () => device.station.scale.reboot());
      await client.publishAsync(status, 'online', { qos: 1, retain: true });
      return true;
    } catch (error) {
      if (REFUSALS.includes(Reflect.get(Object(error), 'code'))) return false;
      throw error;
    }
  }
}
