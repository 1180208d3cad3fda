/** Shelves, and the hashed credentials of their devices. */
import type { Scope } from '../../../platform/identity/identity.js';
import { idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Shelf } from '../domain/records.js';
import type { OwnStockDatabase, StockDatabase, Transaction } from './database.js';

export type TokenHash = Uint8Array<ArrayBuffer>;

export interface NewShelf {
  readonly id: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly stockItemId: string;
  readonly gramsPerUnit: number;
  readonly tareGrams: number;
  readonly tokenHash: TokenHash;
}

/** @returns in any order. */
export async function insertShelves(tx: Transaction, shelves: readonly NewShelf[]): Promise<Shelf[]> {
  return tx.shelf.createManyAndReturn({ data: [...shelves] });
}

/** What a shelf is found and described by. */
export interface NamedShelf extends Shelf {
  /** Which of its item's shelves it is, from 1, by age. */
  readonly number: number;
  readonly ingredient: string;
}

/** The rows of a page of the scope's shelves, or of one outlet's of it, by age. */
export async function findNamedShelfPage(
  { prisma }: StockDatabase,
  scope: Scope,
  outletId: string | null,
  page: Page,
): Promise<NamedShelf[]> {
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const found = [{ removedAt: null, ...(outletId !== null && { outletId }) }, whereCovered(scope), where];
  const named = { select: { ingredient: { select: { name: true } }, shelves: SIBLINGS } } as const;
  const rows = await prisma.shelf.findMany({
    ...{ where: { AND: found }, orderBy, take },
    include: { stockItem: named },
  });
  return rows.map(({ stockItem: { ingredient, shelves }, ...shelf }) => ({
    ...shelf,
    number: shelves.findIndex(({ id }) => id === shelf.id) + 1,
    ingredient: ingredient.name,
  }));
}

const SIBLINGS = { where: { removedAt: null }, select: { id: true }, orderBy: { id: 'asc' } } as const;

/** Removed shelves, too: readings of the past refer to them. */
export async function findShelvesByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Shelf[]> {
  return prisma.shelf.findMany({ where: { id: { in: [...ids] }, ...whereCovered(scope) } });
}

/** The shelves of items that the caller may see, oldest first. */
export async function findShelvesOfItems(
  { prisma }: { readonly prisma: Pick<StockDatabase['prisma'] & Transaction, 'shelf'> },
  stockItemIds: readonly string[],
): Promise<Shelf[]> {
  return prisma.shelf.findMany({
    where: { stockItemId: { in: [...stockItemIds] }, removedAt: null },
    orderBy: { id: 'asc' },
  });
}

/**
 * The shelf, for a new token: until the transaction ends no other gets it for that. The row is not locked, so readings are
 * applied meanwhile.
 */
export async function findShelfForNewToken(tx: Transaction, scope: Scope, id: string): Promise<Shelf | null> {
  const shelf = await tx.shelf.findFirst({ where: { id, removedAt: null, ...whereCovered(scope) } });
  if (shelf !== null) await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
  return shelf;
}

/** @returns nothing where the shelf has been removed. */
export async function updateToken(
  tx: Transaction,
  id: string,
  tokenHash: TokenHash,
): Promise<Shelf | undefined> {
  const [shelf] = await tx.shelf.updateManyAndReturn({ where: { id, removedAt: null }, data: { tokenHash } });
  return shelf;
}

/**
 * The shelf, for a change: until the transaction ends no other changes it, nor gets it for a new token. Its row is not locked.
 */
export async function findShelfToChange(tx: Transaction, scope: Scope, id: string): Promise<Shelf | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
  return tx.shelf.findFirst({ where: { id, removedAt: null, ...whereCovered(scope) } });
}

export type ShelfSettings = Pick<
  Shelf,
  'stockItemId' | 'gramsPerUnit' | 'tareGrams' | 'stableMilliseconds' | 'thresholdGrams'
>;

/**
 * Sets them on a shelf that this transaction has locked. Its last weight counts by them at once, but for a part of it below the former tare,
 * which is not known; a weight that has not stayed for long enough has to stay for the new time from now on, or counts at once where none is
 * set. Its share of the level is to be set (`relevel`).
 */
export async function updateShelfSettings(
  tx: Transaction,
  id: string,
  settings: ShelfSettings,
): Promise<Shelf> {
  const { stockItemId, gramsPerUnit, tareGrams, stableMilliseconds, thresholdGrams } = settings;
  await tx.$executeRaw`
    UPDATE shelf
    SET stock_item_id = ${stockItemId}::uuid, grams_per_unit = ${gramsPerUnit}::float8, tare_grams = ${tareGrams}::integer,
        stable_milliseconds = ${stableMilliseconds}::integer, threshold_grams = ${thresholdGrams}::float8, units = 0, settled_units = 0,
        weighed_units = CASE WHEN last_reading_at IS NULL THEN 0
                             ELSE greatest(0, last.grams - ${tareGrams}::integer) / ${gramsPerUnit}::float8 END,
        steady_grams = CASE WHEN ${stableMilliseconds}::integer > 0 AND last_reading_at IS NOT NULL THEN last.grams END,
        pending_grams = CASE WHEN ${stableMilliseconds}::integer > 0 THEN pending_grams END,
        pending_last_grams = CASE WHEN ${stableMilliseconds}::integer > 0 THEN pending_last_grams END,
        pending_since = CASE WHEN ${stableMilliseconds}::integer > 0 AND pending_grams IS NOT NULL THEN now() END,
        pending_count = CASE WHEN ${stableMilliseconds}::integer > 0 THEN pending_count ELSE 0 END,
        pending_trace = CASE WHEN ${stableMilliseconds}::integer > 0 THEN pending_trace END
    FROM (
      SELECT coalesce(
        CASE WHEN ${stableMilliseconds}::integer = 0 THEN pending_last_grams END,
        steady_grams,
        CASE WHEN weighed_units > 0 THEN weighed_units * grams_per_unit + tare_grams ELSE least(tare_grams, ${tareGrams}::integer) END
      ) AS grams FROM shelf WHERE id = ${id}::uuid
    ) AS last
    WHERE id = ${id}::uuid`;
  return tx.shelf.findUniqueOrThrow({ where: { id } });
}

/** As `updateShelfSettings`: its weight is to leave the level. */
export async function updateShelfRevoked(tx: Transaction, id: string, removedAt: Date): Promise<Shelf> {
  await updateHealthOfRemoved(tx, [id]);
  const nothing = { pendingGrams: null, pendingLastGrams: null, pendingSince: null, pendingTrace: null };
  return tx.shelf.update({
    where: { id },
    data: {
      removedAt,
      units: 0,
      settledUnits: 0,
      weighedUnits: 0,
      steadyGrams: null,
      pendingCount: 0,
      ...nothing,
    },
  });
}

/** What its shelves have added to the level of an item that they do not move any more. */
export async function updateSharesTaken(tx: Transaction, stockItemId: string): Promise<void> {
  await tx.shelf.updateMany({ where: { stockItemId }, data: { units: 0, settledUnits: 0 } });
}

/** An item whose level is not what its shelves weigh. */
export interface Relevelled {
  readonly stockItemId: string;
  readonly franchiseId: string;
  readonly outletId: string;
  /** By how much its level has to change. */
  readonly delta: number;
}

/**
 * Makes the shares of shelves add up to what they weigh together; what others have not, the changed shelf gets, or the oldest. The caller
 * has locked the items and their shelves, and writes the movements. @returns those of the items, tracked by shelves, whose level changes.
 */
export async function relevel(
  tx: Transaction,
  stockItemIds: readonly string[],
  changedShelfId: string | null,
): Promise<Relevelled[]> {
  return tx.$queryRaw<Relevelled[]>`
    WITH item AS (
      SELECT item.id, item.franchise_id, item.outlet_id, item.on_hand, scales.*
      FROM stock_item AS item CROSS JOIN LATERAL (
        SELECT least(1000000000, coalesce(floor(sum(weighed_units) + min(noise_units(grams_per_unit))), 0))::integer AS level,
               coalesce(sum(units), 0)::integer AS shares,
               (array_agg(shelf.id ORDER BY shelf.id IS NOT DISTINCT FROM ${changedShelfId}::uuid DESC, shelf.id))[1] AS shelf_id
        FROM shelf WHERE stock_item_id = item.id AND removed_at IS NULL
      ) AS scales
      WHERE item.id = ANY (${[...stockItemIds]}::uuid[]) AND item.tracking = 'SHELF'
    ), shared AS (
      UPDATE shelf SET units = units + item.level - item.shares, settled_units = settled_units + item.level - item.shares
      FROM item WHERE shelf.id = item.shelf_id AND item.level <> item.shares
    )
    SELECT id AS "stockItemId", franchise_id AS "franchiseId", outlet_id AS "outletId", level - on_hand AS delta
    FROM item WHERE level <> on_hand`;
}

/** Locks the shelves of items before the items, as the statement that applies their readings does. */
export async function lockShelvesOfItems(tx: Transaction, stockItemIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`SELECT FROM shelf WHERE stock_item_id = ANY (${[...stockItemIds]}::uuid[]) ORDER BY id FOR UPDATE`;
}

/** @returns the ids of the shelves that were removed now. */
export async function updateShelvesRemoved(
  tx: Transaction,
  stockItemId: string,
  removedAt: Date,
): Promise<string[]> {
  const shelves = await tx.shelf.updateManyAndReturn({
    where: { stockItemId, removedAt: null },
    data: { removedAt },
    select: { id: true },
  });
  const ids = shelves.map(({ id }) => id);
  await updateHealthOfRemoved(tx, ids);
  return ids;
}

/** Gives their health a new version, also where they were offline already: those who watch it learn that the shelves are not there any more. */
async function updateHealthOfRemoved(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE shelf
    SET health_state = 'OFFLINE', health_filtered = filtered_readings, health_version = health_version + 1, health_at = now()
    WHERE id = ANY (${[...ids]}::uuid[])`;
}

/** A shelf's device, for the broker. */
export interface ShelfCredential {
  readonly id: string;
  readonly outletId: string;
  readonly tokenHash: Uint8Array;
  readonly removedAt: Date | null;
}

/** @param id a UUID; null for a shelf that has been removed. */
export async function findCredential(
  { prisma }: OwnStockDatabase,
  id: string,
): Promise<ShelfCredential | null> {
  return prisma.shelf.findFirst({ where: { id, removedAt: null } });
}

/** Of every tenant; removed shelves, too. */
export async function findAllCredentials({ prisma }: OwnStockDatabase): Promise<ShelfCredential[]> {
  return prisma.shelf.findMany({ select: { id: true, outletId: true, tokenHash: true, removedAt: true } });
}
