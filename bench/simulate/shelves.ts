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

/** Devices of all stations, each in its turn. */
export class Devices {
  readonly #url: string;
  readonly #tally: Tally;
  readonly #queue: { readonly station: Station; client: MqttClient | null }[];

  private constructor(url: string, tally: Tally, stations: readonly Station[]) {
    this.#url = url;
    this.#tally = tally;
    this.#queue = stations.map((station) => ({ station, client: null }));
  }

  /** @param report how many have signed in. @throws Error where the broker cannot be reached. */
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
        device.client = await devices.#connect(device.station.shelf);
        report(++signedIn);
      }
    };
    await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, lane));
    return devices;
  }

  get online(): number {
    return this.#queue.filter(({ client }) => client?.connected).length;
  }

  /** The next device publishes what its scale shows. Never rejects. */
  async publishNext(minute: number): Promise<void> {
    const device = this.#queue.shift();
    if (device === undefined) return;
    this.#queue.push(device);
    const { station, client } = device;
    const weighed = station.scale.weigh(minute);
    if (weighed === null) {
      // Without a DISCONNECT, so that the broker publishes its last will.
      client?.stream.destroy();
      client?.end(true);
      device.client = null;
      this.#tally.count('silent');
      return;
    }
    if (client === null) return;
    const { seq, bootId, grams, batteryPct } = weighed;
    const reading = { seq, bootId, at: new Date().toISOString(), grams, batteryPct };
    try {
      await client.publishAsync(station.shelf.topic, JSON.stringify(reading), { qos: 1 });
      this.#tally.count('readings');
    } catch {
      this.#tally.count('readings lost');
    }
  }

  async signOut(): Promise<void> {
    await Promise.all(this.#queue.map(({ client }) => client?.endAsync(true)));
  }

  async #connect({ id, topic }: Shelf): Promise<MqttClient> {
    const status = topic.replace(/reading$/, 'status');
    const client = await connectAsync(this.#url, {
      username: id,
      password: demoDeviceToken(id),
      clientId: `simulated-${id}`,
      will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    client.on('error', () => this.#tally.count('device errors'));
    await client.publishAsync(status, 'online', { qos: 1, retain: true });
    return client;
  }
}
