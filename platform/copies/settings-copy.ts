/**
 * The settings of outlets in the memory of a subgraph, by `settings.changed`: a copied table (`setting_copy`), loaded at the start, reloaded
 * when an event or the bus reports a change, and compared every two seconds, since the bus may lose a message.
 */
import type { Pool } from 'pg';
import { type Bus, type BusMessage, MISSED } from '../bus/bus.js';
import { type Consumer, idempotent } from '../events/consumer.js';
import type { AnyEvent } from '../events/envelope.js';
import type { UnitOfWork, UnitOfWorkRunner } from '../events/unit-of-work.js';
import { type PollLoop, startPollLoop } from '../kit/poll-loop.js';
import type { Log } from '../log.js';
import { CHAIN_PLACE } from '../outlet-settings/chain-place.js';
import { effectiveSetting, type PlaceSettings, placeSettings } from '../outlet-settings/inheritance.js';
import type { OutletSetting, SettingValue } from '../outlet-settings/registry.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';
import { type CopiedRow, CopiedTable } from './copied-table.js';

const COMPARE_MILLISECONDS = 2_000;

interface PlaceRow extends CopiedRow {
  readonly settings: PlaceSettings;
}

interface StoredRow {
  readonly key: string;
  readonly version: number;
  readonly settings: unknown;
}

/** An outlet; a franchise where there is none; the chain where there is neither. */
interface Place {
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export class SettingsCopy {
  readonly #places: CopiedTable<PlaceRow, StoredRow>;
  readonly #defaults: PlaceSettings;

  private constructor(pool: Pool, defaults: PlaceSettings) {
    this.#defaults = defaults;
    this.#places = new CopiedTable<PlaceRow, StoredRow>(pool, {
      table: 'setting_copy',
      select: 'SELECT place_id AS key, version, settings FROM setting_copy',
      partColumn: 'place_id',
      read: (row) => ({ ...row, settings: placeSettings.parse(row.settings) }),
    });
  }

  /** @param subgraph whose table it is. @param defaults what holds where nobody has set anything. */
  static async open(
    subgraph: string,
    {
      pool,
      bus,
      log,
      defaults,
    }: { readonly pool: Pool; readonly bus: Bus; readonly log: Log; readonly defaults: PlaceSettings },
  ): Promise<{ readonly settings: SettingsCopy; stop(): Promise<void> }> {
    const settings = new SettingsCopy(pool, defaults);
    const messages = await bus.subscribe(topicOf(subgraph));
    await settings.#places.load();
    const loop = startPollLoop({
      name: `${subgraph}.settings-copy`,
      intervalMilliseconds: COMPARE_MILLISECONDS,
      log,
      async turn() {
        await settings.#places.catchUp();
        return 'done';
      },
    });
    const following = follow(messages, loop, log);
    return {
      settings,
      async stop() {
        await messages.return?.();
        await following;
        await loop.stop();
      },
    };
  }

  /** What holds at a place. */
  valueOf<Value extends SettingValue>(
    setting: OutletSetting<Value>,
    { outletId, franchiseId }: Place,
  ): Value {
    return effectiveSetting(setting, [
      ['CHAIN', this.#defaults],
      ['CHAIN', this.#at(CHAIN_PLACE)],
      ['FRANCHISE', this.#at(franchiseId)],
      ['OUTLET', this.#at(outletId)],
    ]).value;
  }

  /** Whether anybody has set it, so that it may not be the same everywhere. */
  isSet({ key }: OutletSetting): boolean {
    return [...this.#places.rows()].some(({ settings }) => settings[key] !== undefined);
  }

  /** Resolves once memory holds what these places have set at the call. */
  reload(placeIds: readonly string[]): Promise<void> {
    return this.#places.load(placeIds);
  }

  #at(placeId: string | null): PlaceSettings {
    return (placeId === null ? undefined : this.#places.get(placeId)?.settings) ?? NOTHING;
  }
}

const NOTHING: PlaceSettings = {};

/** An event counts as applied only when this process's copy in memory holds it. */
export function settingsConsumer<Transaction extends SqlTransaction>(
  subgraph: string,
  database: UnitOfWorkRunner<Transaction>,
  settings: SettingsCopy,
  log: Log,
): Consumer {
  const name = `${subgraph}.settings-copy`;
  const write = idempotent(database, name, (event, work) => upsert(subgraph, event, work), log);
  return {
    name,
    types: ['settings.changed'],
    async handle(events) {
      await write(events);
      await settings.reload(
        events.flatMap((event) => (event.type === 'settings.changed' ? [placeOf(event.data)] : [])),
      );
    },
  };
}

async function upsert(subgraph: string, event: AnyEvent, work: UnitOfWork<SqlTransaction>): Promise<void> {
  if (event.type !== 'settings.changed') return;
  await work.tx.$executeRawUnsafe(
    `INSERT INTO setting_copy (place_id, settings, version) VALUES ($1::uuid, $2::jsonb, $3)
     ON CONFLICT (place_id) DO UPDATE SET settings = excluded.settings, version = excluded.version
     WHERE setting_copy.version < excluded.version`,
    placeOf(event.data),
    JSON.stringify(event.data.settings),
    event.aggregateVersion,
  );
  work.publish(topicOf(subgraph), { placeId: placeOf(event.data) });
}

function placeOf({ placeId }: { readonly placeId: string | null }): string {
  return placeId ?? CHAIN_PLACE;
}

function topicOf(subgraph: string): string {
  return `settings-copy:${subgraph}`;
}

async function follow(messages: AsyncIterableIterator<BusMessage>, loop: PollLoop, log: Log): Promise<void> {
  try {
    for await (const message of messages) {
      if (message === MISSED || message.placeId !== undefined) loop.wake();
    }
  } catch (error) {
    log.warn({ error: String(error) }, 'settings copy: bus subscription lost, comparing by time only');
  }
}
