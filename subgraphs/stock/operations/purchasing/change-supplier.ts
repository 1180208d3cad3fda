/**
 * Adds and changes suppliers with their prices: those of the whole chain for head office, a franchise's own for its owner, too. Orders keep the
 * packs and prices that they were made with.
 */
import { z } from 'zod';
import { forbidden, notFound, UserFault } from '../../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../../platform/identity/identity.js';
import { isId, newId } from '../../../../platform/ids.js';
import { email, name, parseInput, phone, quantity, text } from '../../../../platform/kit/input.js';
import { WEEKDAYS } from '../../../../platform/kit/opening-hours.js';
import { covers } from '../../../../platform/kit/tenant-scope.js';
import { isUniqueViolation } from '../../../../platform/kit/unique-violation.js';
import { findYoung } from '../../../../platform/kit/young-id.js';
import type { CreateSupplierInput, UpdateSupplierInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { Supplier, SupplierPrice } from '../../domain/purchasing/records.js';
import type { Transaction } from '../../store/database.js';
import { findIngredientIds } from '../../store/ingredients.js';
import { knownPlaces } from '../../store/outlets.js';
import {
  findPrices,
  findSupplier,
  findSupplierForUpdate,
  insertSupplier,
  type NewPrice,
  updatePricesRemoved,
  updateSupplierRow,
  upsertPrices,
} from '../../store/purchasing/suppliers.js';
import { MAXIMUM_QUANTITY } from '../limits.js';

const MAXIMUM_SUM = 1_000_000_000_000;
const MAXIMUM_PRICE = 1_000_000_000;
const MAXIMUM_PRICES = 1_000;

const leadTimeDays = quantity(0, 365);
const minimumOrder = quantity(0, MAXIMUM_SUM);
/** From Monday on, each once. */
const deliveryWeekdays = z
  .array(z.enum(WEEKDAYS))
  .transform((given) => WEEKDAYS.filter((weekday) => given.includes(weekday)));
const prices = z
  .array(
    z.object({
      ingredientId: z.string(),
      packSize: quantity(1, MAXIMUM_QUANTITY),
      price: quantity(0, MAXIMUM_PRICE),
      minimumPacks: quantity(1, MAXIMUM_QUANTITY),
      reference: text(100).nullish().transform(orNull),
      isPreferred: z.boolean(),
      shelfLifeDays: quantity(0, 3_650).nullish().transform(orNull),
    }),
  )
  .max(MAXIMUM_PRICES, 'At most 1000 entries');

const newSupplier = z.object({
  ...{ name, leadTimeDays, minimumOrder },
  email: email.nullish().transform(orNull),
  phone: phone.nullish().transform(orNull),
  deliveryWeekdays: deliveryWeekdays.nullish().transform((given) => given ?? []),
  prices: prices.nullish().transform((given) => given ?? []),
});

const changedSupplier = z.object({
  name: name.nullish(),
  leadTimeDays: leadTimeDays.nullish(),
  minimumOrder: minimumOrder.nullish(),
  deliveryWeekdays: deliveryWeekdays.nullish(),
  isActive: z.boolean().nullish(),
  email: email.nullish(),
  phone: phone.nullish(),
  prices: prices.nullish().transform((given) => given ?? []),
  removedIngredientIds: z
    .array(z.string())
    .max(MAXIMUM_PRICES, 'At most 1000 entries')
    .nullish()
    .transform((given) => given ?? []),
});

type GivenPrice = z.output<typeof prices>[number];

/** @throws NOT_FOUND for a franchise of another owner, FORBIDDEN for the chain where the caller is not head office. */
export async function createSupplier(
  { database, identity, origin, cause }: Context,
  { franchiseId: given, ...input }: CreateSupplierInput,
): Promise<Supplier> {
  const franchiseId = given ?? null;
  const { prices: asked, ...fields } = parseInput(newSupplier, input);
  const scope = scopeFor(identity, 'suppliers:manage');
  if (franchiseId === null) {
    if (!scope.everywhere) throw forbidden();
  } else await requireFranchise(database, scope, franchiseId);
  const supplier = { id: newId('Supplier'), franchiseId, ...fields };
  return named(() =>
    database.work(cause, async (work) => {
      await insertSupplier(work.tx, supplier);
      await setPrices(work.tx, supplier, asked);
      const { id, franchiseId: _, ...after } = supplier;
      recordChange(
        work,
        { identity, origin },
        {
          ...{ action: 'createSupplier', entity: { type: 'Supplier', id }, tenant: tenantOf(supplier) },
          ...{ before: null, after: { ...after, prices: asked } },
        },
      );
      return findSupplier(work.tx, id);
    }),
  );
}

/** @throws NOT_FOUND for a supplier that the caller does not see, FORBIDDEN for one that others manage. */
export async function updateSupplier(
  { database, identity, origin, cause, loaders }: Context,
  { supplierId, ...input }: UpdateSupplierInput,
): Promise<Supplier> {
  const { prices: asked, removedIngredientIds, ...given } = parseInput(changedSupplier, input);
  const seen = await loaders.supplier.load(supplierId);
  if (seen === null) throw notFound('Supplier');
  const { id, franchiseId } = seen;
  const scope = scopeFor(identity, 'suppliers:manage');
  const isManaged = franchiseId === null ? scope.everywhere : covers(scope, { franchiseId });
  if (!isManaged) throw forbidden();
  return named(() =>
    database.work(cause, async (work) => {
      const before = await findSupplierForUpdate(work.tx, id);
      if (before === null) throw notFound('Supplier');
      const removed = removedIngredientIds.filter(isId);
      const touched = [...removed, ...asked.map(({ ingredientId }) => ingredientId).filter(isId)];
      const pricesBefore = await findPrices(work.tx, id, touched);
      const after = { ...before, ...changesOf(given) };
      await updateSupplierRow(work.tx, after);
      await updatePricesRemoved(work.tx, id, removed);
      await setPrices(work.tx, before, asked);
      const pricesAfter = await findPrices(work.tx, id, touched);
      recordChange(
        work,
        { identity, origin },
        {
          ...{ action: 'updateSupplier', entity: { type: 'Supplier', id }, tenant: tenantOf(before) },
          before: { ...recorded(before), prices: pricesBefore.map(recordedPrice) },
          after: { ...recorded(after), prices: pricesAfter.map(recordedPrice) },
        },
      );
      return findSupplier(work.tx, id);
    }),
  );
}

/** What is left out stays; an address or number of null is taken away. */
function changesOf(
  given: Omit<z.output<typeof changedSupplier>, 'prices' | 'removedIngredientIds'>,
): Partial<Supplier> {
  const { email: to, phone: number, ...rest } = given;
  return {
    ...(rest.name != null && { name: rest.name }),
    ...(rest.leadTimeDays != null && { leadTimeDays: rest.leadTimeDays }),
    ...(rest.minimumOrder != null && { minimumOrder: rest.minimumOrder }),
    ...(rest.deliveryWeekdays != null && { deliveryWeekdays: rest.deliveryWeekdays }),
    ...(rest.isActive != null && { isActive: rest.isActive }),
    ...(to !== undefined && { email: to }),
    ...(number !== undefined && { phone: number }),
  };
}

/** @throws UserFault naming a price of no ingredient, or a second one of the same. */
async function setPrices(
  tx: Transaction,
  supplier: Pick<Supplier, 'id' | 'franchiseId'>,
  asked: readonly GivenPrice[],
): Promise<void> {
  if (asked.length === 0) return;
  const ids = asked.map(({ ingredientId }) => ingredientId);
  const known = new Set(await findIngredientIds(tx, ids.filter(isId)));
  const set: NewPrice[] = asked.map((price, index) => {
    const field = ['prices', String(index), 'ingredientId'];
    if (!known.has(price.ingredientId)) throw UserFault.of('NOT_FOUND', 'Ingredient not found', field);
    if (ids.indexOf(price.ingredientId) < index)
      throw UserFault.of('INVALID_INPUT', 'Each ingredient has one price', field);
    return { ...price, id: newId('SupplierPrice') };
  });
  await upsertPrices(tx, supplier, set);
}

async function requireFranchise(
  database: Context['database'],
  scope: Scope,
  franchiseId: string,
): Promise<void> {
  const { hasFranchise } = knownPlaces(database);
  const exists =
    isId(franchiseId) &&
    covers(scope, { franchiseId }) &&
    (await findYoung(franchiseId, async () => (await hasFranchise(franchiseId)) || null)) !== null;
  if (!exists) throw notFound('Franchise');
}

async function named<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error, 'supplier_name')) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another supplier has this name', ['name']);
  }
}

function tenantOf({ franchiseId }: Pick<Supplier, 'franchiseId'>) {
  return franchiseId === null ? CHAIN : { franchiseId, outletId: null };
}

function recorded({ id: _, franchiseId: _franchise, ...fields }: Supplier) {
  return { ...fields };
}

function recordedPrice({ id: _, supplierId: _supplier, updatedAt: _at, ...fields }: SupplierPrice) {
  return { ...fields };
}

function orNull<Value>(value: Value | null | undefined): Value | null {
  return value ?? null;
}
