/**
 * The stock subgraph's part of the demo chain: every outlet's items with their opening levels in the ledger, a shelf for each weighed
 * item, whose first reading amounts to that level, and the suppliers with their prices. The device of a seeded shelf signs in with
 * `demo-` and the shelf's id.
 */
import pg from 'pg';
import { needsOf } from '../../subgraphs/stock/domain/servings.js';
import { demoDeviceToken, hashOfToken } from '../../subgraphs/stock/ingest/devices/device-token.js';
import { CATALOGUE, type SeedStockItem } from './catalogue.js';
import { HEAD_OFFICE_ID } from './chain.js';
import { SEED_TIME, seedId } from './ids.js';

/** Head office opens the items, in a trace of its own. */
const TRACE_ID = seedId('trace', 0);

export async function seedStock(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT pg_advisory_xact_lock(hashtext('seed'))");
    const { rowCount } = await client.query('SELECT FROM ingredient LIMIT 1');
    if (rowCount === 0) {
      await seedCopies(client);
      await seedItems(client);
      await seedShelves(client);
      await seedOpenings(client);
      await seedLimitedItems(client);
      await seedServingRecipes(client);
      await seedSuppliers(client);
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function seedCopies(client: pg.Client): Promise<void> {
  const { ingredients, outlets } = CATALOGUE;
  await client.query(
    `INSERT INTO ingredient (id, name, unit, created_at)
     SELECT id, name, unit::"Unit", $2 FROM jsonb_to_recordset($1) AS row (id uuid, name text, unit text)`,
    [JSON.stringify(ingredients), SEED_TIME],
  );
  await client.query(
    `INSERT INTO outlet (id, franchise_id, name, address, time_zone, version)
     SELECT id, "franchiseId", name, address, "timeZone", 1
     FROM jsonb_to_recordset($1) AS row (id uuid, "franchiseId" uuid, name text, address text, "timeZone" text)`,
    [JSON.stringify(outlets)],
  );
}

/** Inserted last, so that opening the items publishes nothing. */
async function seedLimitedItems(client: pg.Client): Promise<void> {
  const limited = CATALOGUE.menuItems.filter(({ isLimited }) => isLimited);
  for (const { id, recipe } of limited) {
    await client.query(
      'INSERT INTO limited_item (menu_item_id, is_limited, ingredient_ids, version) VALUES ($1, true, $2, 1)',
      [id, recipe.map(({ ingredientId }) => ingredientId)],
    );
  }
}

/** As `menu-item.changed` would write them. */
async function seedServingRecipes(client: pg.Client): Promise<void> {
  await client.query(
    `INSERT INTO serving_recipe (menu_item_id, recipe, is_archived, version)
     SELECT id, recipe, false, 1 FROM jsonb_to_recordset($1) AS row (id uuid, recipe jsonb)`,
    [JSON.stringify(CATALOGUE.menuItems.map((item) => ({ id: item.id, recipe: servingOf(item) })))],
  );
}

function servingOf({ recipe, optionGroups }: (typeof CATALOGUE.menuItems)[number]) {
  const defaults = optionGroups.flatMap(({ options }) => options.filter(({ isDefault }) => isDefault));
  return needsOf([...recipe, ...defaults.flatMap((option) => option.recipe)]);
}

async function seedSuppliers(client: pg.Client): Promise<void> {
  await client.query(
    `INSERT INTO supplier (id, franchise_id, name, email, phone, lead_time_days, delivery_weekdays, minimum_order, created_at)
     SELECT id, "franchiseId", name, email, phone, "leadTimeDays", "deliveryWeekdays", "minimumOrder", $2
     FROM jsonb_to_recordset($1) AS row
       (id uuid, "franchiseId" uuid, name text, email text, phone text, "leadTimeDays" integer, "deliveryWeekdays" text[], "minimumOrder" bigint)`,
    [JSON.stringify(CATALOGUE.suppliers), SEED_TIME],
  );
  await client.query(
    `INSERT INTO supplier_price (id, supplier_id, franchise_id, ingredient_id, pack_size, price, minimum_packs, reference, shelf_life_days,
       updated_at)
     SELECT id, "supplierId", "franchiseId", "ingredientId", "packSize", price, 1, reference, "shelfLifeDays", $2
     FROM jsonb_to_recordset($1) AS row
       (id uuid, "supplierId" uuid, "franchiseId" uuid, "ingredientId" uuid, "packSize" integer, price integer, reference text,
        "shelfLifeDays" integer)`,
    [JSON.stringify(CATALOGUE.supplierPrices), SEED_TIME],
  );
}

async function seedItems(client: pg.Client): Promise<void> {
  await client.query(
    `INSERT INTO stock_item (id, franchise_id, outlet_id, ingredient_id, tracking, reorder_point, created_at)
     SELECT id, "franchiseId", "outletId", "ingredientId", tracking::"Tracking", "reorderPoint", $2
     FROM jsonb_to_recordset($1) AS row
       (id uuid, "franchiseId" uuid, "outletId" uuid, "ingredientId" uuid, tracking text, "reorderPoint" integer)`,
    [JSON.stringify(CATALOGUE.stockItems), SEED_TIME],
  );
}

const BOOT_ID = 'seed';
const SEQ = 0;

async function seedShelves(client: pg.Client): Promise<void> {
  const shelves = CATALOGUE.stockItems.flatMap(({ shelf, ...item }) =>
    shelf === null
      ? []
      : [{ ...shelf, item, tokenHash: Buffer.from(hashOfToken(demoDeviceToken(shelf.id))).toString('hex') }],
  );
  const rows = shelves.map(({ item, ...shelf }) => ({
    ...shelf,
    stockItemId: item.id,
    franchiseId: item.franchiseId,
    outletId: item.outletId,
    units: item.onHand,
  }));
  await client.query(
    `WITH row AS (
       SELECT * FROM jsonb_to_recordset($1) AS row
         (id uuid, "franchiseId" uuid, "outletId" uuid, "stockItemId" uuid, "gramsPerUnit" float8,
          "tareGrams" integer, "tokenHash" text, units integer, grams integer)
     ), batch AS (
       INSERT INTO reading_batch (id, received_at, applied_at, trace_id) VALUES ($2, $3, $3, $4) RETURNING id
     ), boot AS (
       INSERT INTO shelf_boot (shelf_id, franchise_id, outlet_id, boot_id, seen_at)
       SELECT id, "franchiseId", "outletId", $5, $3 FROM row ORDER BY id RETURNING number, shelf_id
     ), reading AS (
       INSERT INTO reading (boot, seq, batch_id, franchise_id, outlet_id, grams, at)
       SELECT boot.number, $6, batch.id, "franchiseId", "outletId", row.grams, $3 FROM row JOIN boot ON boot.shelf_id = row.id, batch
     )
     INSERT INTO shelf (id, franchise_id, outlet_id, stock_item_id, grams_per_unit, tare_grams, token_hash,
                        weighed_units, units, settled_units, boot, seq, last_reading_at, created_at)
     SELECT row.id, "franchiseId", "outletId", "stockItemId", "gramsPerUnit", "tareGrams", decode("tokenHash", 'hex'),
            units, units, units, boot.number, $6, $3, $3
     FROM row JOIN boot ON boot.shelf_id = row.id`,
    [JSON.stringify(rows), seedId('reading-batch', 0), SEED_TIME, TRACE_ID, BOOT_ID, SEQ],
  );
}

/** The first movement of every item; the ledger moves the figures. */
async function seedOpenings(client: pg.Client): Promise<void> {
  const movements = CATALOGUE.stockItems.map((item: SeedStockItem, ordinal) => ({
    id: seedId('opening', ordinal),
    stockItemId: item.id,
    franchiseId: item.franchiseId,
    outletId: item.outletId,
    delta: item.onHand,
    ...(item.shelf === null
      ? { kind: 'OPENING', personId: HEAD_OFFICE_ID }
      : { kind: 'READING', shelfId: item.shelf.id, bootId: BOOT_ID, seq: SEQ, grams: item.shelf.grams }),
  }));
  await client.query(
    `INSERT INTO stock_movement (id, stock_item_id, franchise_id, outlet_id, figure, delta, kind, at, trace_id,
                                 shelf_id, boot_id, seq, grams, person_id)
     SELECT id, "stockItemId", "franchiseId", "outletId", 'ON_HAND', delta, kind::"StockMovementKind", $2, $3, "shelfId", "bootId", seq, grams, "personId"
     FROM jsonb_to_recordset($1) AS row
       (id uuid, "stockItemId" uuid, "franchiseId" uuid, "outletId" uuid, delta integer, kind text, "shelfId" uuid,
        "bootId" text, seq integer, grams integer, "personId" uuid)`,
    [JSON.stringify(movements), SEED_TIME, TRACE_ID],
  );
}
