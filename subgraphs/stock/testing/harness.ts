/**
 * How stock's tests start it: a stock database for the length of a test file with items to try things on, the seeded callers and
 * items, and the check that every figure is the sum of its ledger, of its reservations and of its shelves.
 */
import { expect } from 'vitest';
import type { Bus } from '../../../platform/bus/bus.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { newTraceparent, traceIdOf } from '../../../platform/trace.js';
import { CATALOGUE, type SeedStockItem } from '../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import { hashOfToken } from '../ingest/devices/device-token.js';
import { type OwnStockDatabase, openStockDatabase } from '../store/database.js';

export const RINA = identityOf('rina');
export const SARI = identityOf('sari');
export const BUDI = identityOf('budi');
export const DEWI = identityOf('dewi');
export const HQ = identityOf('hq');

/** Where Sari and Budi work; it belongs to Dewi. */
export const OWN_OUTLET = STAFFED_OUTLET_ID;
/** Of another franchise. */
export const FOREIGN_OUTLET = foreignOutlet();

/** Of an outlet that does not exist; an id made now would be waited for. */
export const UNKNOWN_OUTLET = '01890a5d-ac96-774b-bcce-b302099a8057';

export function seededItem(ingredientName: string, outletId: string = OWN_OUTLET): SeedStockItem {
  const ingredient = CATALOGUE.ingredients.find(({ name }) => name === ingredientName);
  const item = CATALOGUE.stockItems.find(
    (each) => each.outletId === outletId && each.ingredientId === ingredient?.id,
  );
  if (item === undefined) throw new Error(`No ${ingredientName} at ${outletId}`);
  return item;
}

function foreignOutlet(): string {
  const own = CATALOGUE.outlets.find(({ id }) => id === STAFFED_OUTLET_ID);
  const foreign = CATALOGUE.outlets.find(({ franchiseId }) => franchiseId !== own?.franchiseId);
  if (foreign === undefined) throw new Error('The catalogue has more than one franchise');
  return foreign.id;
}

function identityOf(account: string): Identity & { readonly customerId: string } {
  const person = CATALOGUE.people.find(({ email }) => email === `${account}@kedai.test`);
  if (person === undefined) throw new Error(`No ${account} in the catalogue`);
  return {
    customerId: person.id,
    roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }, ...person.roles],
  };
}

/** A bus without subscribers. */
export const SILENT_BUS: Bus = {
  publish: () => undefined,
  subscribe: () => Promise.reject(new Error('This bus has no subscribers')),
  close: async () => undefined,
};

export interface TestStock {
  readonly url: string;
  readonly database: OwnStockDatabase;
  close(): Promise<void>;
}

export async function openTestStock(bus: Bus = SILENT_BUS): Promise<TestStock> {
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

export interface Place {
  readonly outletId: string;
  readonly franchiseId: string;
}

export async function givenOutlet({ database }: TestStock, franchiseId = newId()): Promise<Place> {
  const place = { outletId: newId(), franchiseId };
  // Not by the client, which names all columns: a database of a former release lacks those that came later.
  await database.pool.query(
    `INSERT INTO outlet (id, franchise_id, name, version) VALUES ($1, $2, 'Kedai Uji', 1)`,
    [place.outletId, place.franchiseId],
  );
  return place;
}

export interface GivenItem extends Place {
  readonly id: string;
  readonly ingredientId: string;
}

export async function givenItem(
  { database }: TestStock,
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
      franchiseId,
      outletId,
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

/** A shelf without a reading. */
export async function givenShelf(
  { database }: TestStock,
  item: GivenItem,
  { gramsPerUnit = 1, tareGrams = 0 }: { gramsPerUnit?: number; tareGrams?: number } = {},
): Promise<GivenShelf> {
  const { id: stockItemId, outletId, franchiseId } = item;
  const [id, token] = [newId(), `token-${newId()}`];
  await database.pool.query(
    `INSERT INTO shelf (id, stock_item_id, outlet_id, franchise_id, grams_per_unit, tare_grams, token_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, stockItemId, outletId, franchiseId, gramsPerUnit, tareGrams, hashOfToken(token)],
  );
  return { id, outletId, token };
}

export async function figuresOf({ database }: TestStock, { id }: { readonly id: string }) {
  const { onHand, reserved, drawn, available } = await database.prisma.stockItem.findUniqueOrThrow({
    where: { id },
  });
  return { onHand, reserved, drawn, available };
}

export async function eventsOf(
  { database }: TestStock,
  aggregateId: string,
): Promise<{ type: string; data: unknown }[]> {
  return database.prisma.outbox.findMany({
    where: { aggregateId },
    orderBy: { id: 'asc' },
    select: { type: true, data: true },
  });
}

/** A row for each item whose figures are not what its ledger, its reservations and its shelves add up to. */
const DIFFERENCES = `
  SELECT item.id, item.tracking, item.on_hand, item.reserved, item.drawn, ledger.*, reservations.*, scales.*
  FROM stock_item AS item
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(delta) FILTER (WHERE figure = 'ON_HAND'), 0) AS ledger_on_hand,
           coalesce(sum(delta) FILTER (WHERE figure = 'RESERVED'), 0) AS ledger_reserved,
           coalesce(sum(delta) FILTER (WHERE figure = 'DRAWN'), 0) AS ledger_drawn
    FROM stock_movement_with_archive WHERE stock_item_id = item.id
  ) AS ledger
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantity) FILTER (WHERE state = 'RESERVED'), 0) AS promised_reserved,
           coalesce(sum(drawn_left), 0) AS promised_drawn
    FROM reservation_with_archive WHERE stock_item_id = item.id
  ) AS reservations
  CROSS JOIN LATERAL (
    SELECT count(*) AS shelves, coalesce(sum(units), 0) AS units,
           least(1e9, floor(sum(weighed_units) + min(noise_units(grams_per_unit)))) AS weighed
    FROM shelf WHERE stock_item_id = item.id AND removed_at IS NULL
  ) AS scales
  WHERE (item.on_hand, item.reserved, item.drawn) <> (ledger_on_hand, ledger_reserved, ledger_drawn)
     OR (item.reserved, item.drawn) <> (promised_reserved, promised_drawn)
     OR (shelves > 0 AND item.tracking = 'SHELF' AND (item.on_hand <> units OR item.on_hand <> weighed))`;

export async function expectLedgerToBalance({ database }: TestStock): Promise<void> {
  expect((await database.pool.query(DIFFERENCES)).rows).toEqual([]);
}
