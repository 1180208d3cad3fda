/**
 * The boots of readings whose devices name none. They go on in the shelf's latest boot of their kind; what was sent before that began, and is
 * delivered late or again, belongs to the boot of its time, so that it is stored once and moves nothing.
 */
import { birthOf } from '../domain/boot-names.js';
import type { Reading } from '../domain/shelf-message.js';
import type { OwnStockDatabase } from './database.js';

/** Of a former boot nothing comes after so many others. */
const BOOTS = 4;

/** The same readings in the same order, each with the boot that it is of. Asks nothing where all of them name theirs. */
export async function inTheirBoots<One extends Reading>(
  database: OwnStockDatabase,
  readings: readonly One[],
): Promise<readonly One[]> {
  const joining = readings.filter(({ joins }) => joins !== undefined);
  if (joining.length === 0) return readings;
  const boots = await findLatestBoots(database, [...new Set(joining.map(({ shelfId }) => shelfId))]);
  const doubtful: { readonly reading: One; readonly place: number }[] = [];
  const placed = readings.map((reading, place): One => {
    const { shelfId, joins, at } = reading;
    const known = boots.get(shelfId) ?? [];
    const ofKind = joins === undefined ? [] : upTo(known, (bootId) => !bootId.startsWith(joins));
    const [latest, ...former] = ofKind;
    if (latest === undefined) {
      if (!known.includes(reading.bootId)) boots.set(shelfId, [reading.bootId, ...known].slice(0, BOOTS));
      return reading;
    }
    const isEarlier = at.getTime() < birthOf(latest);
    const bootId = isEarlier ? (former.find((boot) => birthOf(boot) <= at.getTime()) ?? latest) : latest;
    const inItsBoot = { ...reading, bootId };
    // A clock that was set back with the birth makes former readings look like later ones.
    if (isEarlier || former.some((boot) => birthOf(boot) > birthOf(latest)))
      doubtful.push({ reading: inItsBoot, place });
    return inItsBoot;
  });
  if (doubtful.length === 0) return placed;
  const stored = await findBootsOf(database, doubtful);
  return placed.map((reading, place) => {
    const bootId = stored.get(place);
    return bootId === undefined ? reading : { ...reading, bootId };
  });
}

function upTo<Value>(values: readonly Value[], isEnd: (value: Value) => boolean): readonly Value[] {
  const end = values.findIndex(isEnd);
  return end === -1 ? values : values.slice(0, end);
}

/** Newest first. */
async function findLatestBoots(
  { pool }: OwnStockDatabase,
  shelfIds: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const { rows } = await pool.query<{ shelfId: string; bootIds: string[] }>({
    name: 'latest-boots',
    text: `
      SELECT shelf.id AS "shelfId", array_agg(boot_id ORDER BY number DESC) AS "bootIds"
      FROM unnest($1::uuid[]) AS shelf (id), LATERAL (
        SELECT boot_id, number FROM shelf_boot WHERE shelf_id = shelf.id ORDER BY number DESC LIMIT ${BOOTS}
      ) AS boot
      GROUP BY shelf.id`,
    values: [shelfIds],
  });
  return new Map(rows.map(({ shelfId, bootIds }) => [shelfId, bootIds]));
}

/** In which of their shelves' latest boots readings are stored, by their places; those that are not stored are left out. */
async function findBootsOf(
  { pool }: OwnStockDatabase,
  given: readonly { readonly reading: Reading; readonly place: number }[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await pool.query<{ place: number; bootId: string }>({
    name: 'boots-of-readings',
    text: `
      SELECT place, stored.boot_id AS "bootId"
      FROM unnest($1::uuid[], $2::bigint[], $3::integer[]) AS reading (shelf_id, seq, place), LATERAL (
        SELECT boot_id FROM (
          SELECT boot_id, number FROM shelf_boot WHERE shelf_boot.shelf_id = reading.shelf_id ORDER BY number DESC LIMIT ${BOOTS}
        ) AS boot JOIN seen_seqs AS seen ON seen.boot = boot.number
        WHERE CASE WHEN reading.seq >= exact_from THEN seqs @> reading.seq ELSE EXISTS (
          SELECT FROM seen_seq_range AS range
          WHERE range.boot = boot.number AND first_seq <= reading.seq AND last_seq >= reading.seq
        ) END
        ORDER BY boot.number DESC LIMIT 1
      ) AS stored`,
    values: [
      given.map(({ reading }) => reading.shelfId),
      given.map(({ reading }) => reading.seq),
      given.map(({ place }) => place),
    ],
  });
  return new Map(rows.map(({ place, bootId }) => [place, bootId]));
}
