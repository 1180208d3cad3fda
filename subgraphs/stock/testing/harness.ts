/**
 * A stock database for the length of a test file, items to try things on, and the books that must hold after whatever was
 * tried: every figure is the sum of its ledger, of its promises and of its scales.
 */
import { expect } from 'vitest';
import type { Bus } from '../../../platform/bus/bus.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { newTraceparent, traceIdOf } from '../../../platform/trace.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import { hashOfToken } from '../ingest/devices/device-token.js';
import { openStockDatabase, type StockDatabase } from '../store/database.js';

/** A bus that nobody listens to. */
export const SILENT_BUS: Bus = {
  publish: () => undefined,
  subscribe: () => Promise.reject(new Error('Nobody speaks here')),
  close: async () => undefined,
};

export interface StockBooks {
  readonly url: string;
  readonly database: StockDatabase;
  close(): Promise<void>;
}

export async function openStockBooks(bus: Bus = SILENT_BUS): Promise<StockBooks> {
  const fresh: FreshDatabase = await freshDatabase('stock');
  const database = openStockDatabase(fresh.url, bus);
  return {
    url: fresh.url,
    database,
    async close() {
      await database.close();
      await fresh.drop();
    },
  };
}

export function newCause(): Cause {
  const traceparent = newTraceparent();
  return { traceparent, correlationId: traceIdOf(traceparent) ?? '' };
}

export interface Place {
  readonly outletId: string;
  readonly franchiseId: string;
}

export async function givenOutlet({ database }: StockBooks): Promise<Place> {
  const place = { outletId: newId(), franchiseId: newId() };
  await database.prisma.outlet.create({
    data: { id: place.outletId, franchiseId: place.franchiseId, name: 'Kedai Uji', version: 1 },
  });
  return place;
}

export interface GivenItem extends Place {
  readonly id: string;
  readonly ingredientId: string;
}

export async function givenItem(
  { database }: StockBooks,
  item: Place & {
    tracking?: 'COUNT' | 'SHELF';
    onHand?: number;
    reorderPoint?: number;
    ingredientId?: string;
  },
): Promise<GivenItem> {
  const {
    tracking = 'COUNT',
    onHand = 0,
    reorderPoint = 0,
    ingredientId = newId(),
    outletId,
    franchiseId,
  } = item;
  const id = newId();
  await database.prisma.ingredient.upsert({
    where: { id: ingredientId },
    create: { id: ingredientId, name: `Bahan ${ingredientId}`, unit: 'GRAM' },
    update: {},
  });
  await database.prisma.stockItem.create({
    data: { id, outletId, franchiseId, ingredientId, tracking, reorderPoint },
  });
  await database.prisma.stockMovement.create({
    data: {
      stockItemId: id,
      figure: 'ON_HAND',
      delta: onHand,
      kind: 'OPENING',
      personId: newId(),
      traceId: traceIdOf(newTraceparent()) ?? '',
    },
  });
  return { id, ingredientId, outletId, franchiseId };
}

export interface GivenShelf {
  readonly id: string;
  readonly outletId: string;
  readonly token: string;
}

/** A shelf that has not spoken yet. */
export async function givenShelf(
  { database }: StockBooks,
  item: GivenItem,
  { gramsPerUnit = 1, tareGrams = 0 }: { gramsPerUnit?: number; tareGrams?: number } = {},
): Promise<GivenShelf> {
  const { id: stockItemId, outletId, franchiseId } = item;
  const [id, token] = [newId(), `token-${newId()}`];
  await database.prisma.shelf.create({
    data: { id, stockItemId, outletId, franchiseId, gramsPerUnit, tareGrams, tokenHash: hashOfToken(token) },
  });
  return { id, outletId, token };
}

export async function figuresOf({ database }: StockBooks, { id }: { readonly id: string }) {
  const { onHand, reserved, drawn, available } = await database.prisma.stockItem.findUniqueOrThrow({
    where: { id },
  });
  return { onHand, reserved, drawn, available };
}

export async function eventsOf(
  { database }: StockBooks,
  aggregateId: string,
): Promise<{ type: string; data: unknown }[]> {
  return database.prisma.outbox.findMany({
    where: { aggregateId },
    orderBy: { id: 'asc' },
    select: { type: true, data: true },
  });
}

/** Every row names an item whose figures are not what its ledger, its promises and its scales add up to. */
const DIFFERENCES = `
  SELECT item.id, item.tracking, item.on_hand, item.reserved, item.drawn, ledger.*, promised.*, scales.*
  FROM stock_item AS item
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(delta) FILTER (WHERE figure = 'ON_HAND'), 0) AS ledger_on_hand,
           coalesce(sum(delta) FILTER (WHERE figure = 'RESERVED'), 0) AS ledger_reserved,
           coalesce(sum(delta) FILTER (WHERE figure = 'DRAWN'), 0) AS ledger_drawn
    FROM stock_movement WHERE stock_item_id = item.id
  ) AS ledger
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantity) FILTER (WHERE state = 'RESERVED'), 0) AS promised_reserved,
           coalesce(sum(drawn_left), 0) AS promised_drawn
    FROM reservation WHERE stock_item_id = item.id
  ) AS promised
  CROSS JOIN LATERAL (
    SELECT count(*) AS shelves, coalesce(sum(units), 0) AS units FROM shelf WHERE stock_item_id = item.id
  ) AS scales
  WHERE (item.on_hand, item.reserved, item.drawn) <> (ledger_on_hand, ledger_reserved, ledger_drawn)
     OR (item.reserved, item.drawn) <> (promised_reserved, promised_drawn)
     OR (shelves > 0 AND item.on_hand <> units)`;

export async function expectBooksToHold({ database }: StockBooks): Promise<void> {
  expect((await database.pool.query(DIFFERENCES)).rows).toEqual([]);
}
