/** The input of a menu item, field by field; whether its parts fit each other is the domain's to judge. */
import { z } from 'zod';
import { type UserError, UserFault } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import { type CalendarDay, parseCalendarDay } from '../../../platform/kit/calendar.js';
import { name, text } from '../../../platform/kit/input.js';
import { TAX_CLASSES } from '../../../platform/order-charges.js';
import { writtenDayOf } from '../../../platform/subgraph/date-time.js';
import { barcodeOf } from '../domain/barcode.js';
import { ALLERGENS, CATEGORIES, faultsOf, type ItemDraft } from '../domain/menu-item.js';
import { findUsableCategoryIds } from '../store/categories.js';
import type { Transaction } from '../store/database.js';

const DAY_SECONDS = 24 * 60 * 60;
const FIRST_SEASON_DAY = '2000-01-01';

const recipe = z
  .array(
    z.object({ ingredientId: z.string().refine(isId, 'Not the id of an ingredient'), quantity: z.int() }),
  )
  .max(50, 'A recipe has at most 50 lines');

const nameEn = text(60).nullish();

const option = z.object({
  id: z.string().nullish(),
  name: text(60),
  nameEn,
  priceDelta: z.int(),
  isDefault: z.boolean(),
  isExclusive: z.boolean(),
  recipe,
});

const optionGroup = z.object({
  name: text(60),
  nameEn,
  minimum: z.int(),
  maximum: z.int(),
  options: z.array(option).max(50, 'A group has at most 50 options'),
});

/** The day that was written, whatever its time and offset: a season is of days, not of moments. */
const seasonDay = z.date().transform((moment, context): CalendarDay => {
  const day = parseCalendarDay(writtenDayOf(moment));
  if (day !== undefined && day >= FIRST_SEASON_DAY) return day;
  context.addIssue({ code: 'custom', message: 'A season begins and ends after the year 1999' });
  return z.NEVER;
});

const season = z
  .object({ name: text(60), from: seasonDay, until: seasonDay })
  .refine(({ from, until }) => from <= until, {
    path: ['until'],
    message: 'A season ends on or after its first day',
  });

const barcode = z.string().transform((entered, context): string => {
  const code = barcodeOf(entered);
  if (code !== null) return code;
  const message = "A barcode is a GTIN (EAN-13, UPC-A …) with its check digit, or a code of the chain's own";
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const imageUrl = z
  .string()
  .trim()
  .max(2_048, 'At most 2048 characters')
  .refine((given) => /^https:\/\//.test(given) && URL.canParse(given), 'An address that begins with https://')
  .nullable();

const allergens = z
  .array(z.enum(ALLERGENS))
  .transform((given) => ALLERGENS.filter((each) => given.includes(each)));

const fields = {
  name,
  nameEn: name.nullable(),
  description: text(1_000, { minimum: 0 }),
  descriptionEn: text(1_000, { minimum: 0 }).nullable(),
  category: z.enum(CATEGORIES),
  categoryIds: z.array(z.string()).max(20, 'An item is in at most 20 categories'),
  imageUrl,
  allergens,
  taxClass: z.enum(TAX_CLASSES),
  price: z.int(),
  isLimited: z.boolean(),
  season: season.nullable(),
  preparationSeconds: z.int().min(0).max(DAY_SECONDS, 'Preparation takes at most a day'),
  recipe,
  optionGroups: z.array(optionGroup).max(20, 'An item has at most 20 groups'),
};

export const newMenuItem = z.object({
  ...fields,
  barcode,
  season: fields.season.default(null),
  imageUrl: imageUrl.default(null),
  taxClass: fields.taxClass.default('RESTAURANT'),
  nameEn: fields.nameEn.default(null),
  descriptionEn: fields.descriptionEn.default(null),
});

/** What is left out stays. */
export const menuItemChanges = z.object({ ...fields, priceFrom: z.date() }).partial();
export type MenuItemChanges = z.output<typeof menuItemChanges>;

/** @param others faults found elsewhere. @throws UserFault with every fault of the item. */
export function requireSellable(item: ItemDraft, others: readonly UserError[]): void {
  const faults = [...faultsOf(item), ...others];
  if (faults.length > 0) throw new UserFault(faults);
}

/** @throws UserFault NOT_FOUND for each that does not exist or is archived. */
export async function requireCategories(tx: Transaction, categoryIds: readonly string[]): Promise<void> {
  if (categoryIds.length === 0) return;
  const usable = new Set(await findUsableCategoryIds(tx, categoryIds.filter(isId)));
  const faults = categoryIds.flatMap((id, index): UserError[] =>
    usable.has(id)
      ? []
      : [{ code: 'NOT_FOUND', field: ['categoryIds', String(index)], message: 'No such category' }],
  );
  if (faults.length > 0) throw new UserFault(faults);
}
