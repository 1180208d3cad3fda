/** What a menu item's input may look like; whether its parts fit each other, the domain says. */
import { z } from 'zod';
import { isId } from '../../../platform/ids.js';
import { isBarcode } from '../domain/barcode.js';
import { dayOf } from '../domain/calendar.js';
import { textSchema } from '../resolvers/text-input.js';
import { CATEGORIES } from '../store/menu-items.js';

const DAY_SECONDS = 24 * 60 * 60;

const recipeSchema = z
  .array(
    z.object({
      ingredientId: z.string().toLowerCase().refine(isId, 'This is no ingredient'),
      quantity: z.int(),
    }),
  )
  .max(50, 'A recipe has at most 50 lines');

const optionGroupsSchema = z
  .array(
    z.object({
      name: textSchema(60),
      minimum: z.int(),
      maximum: z.int(),
      options: z
        .array(
          z.object({
            name: textSchema(60),
            priceDelta: z.int(),
            isDefault: z.boolean(),
            recipe: recipeSchema,
          }),
        )
        .max(50, 'A group has at most 50 options'),
    }),
  )
  .max(20, 'An item has at most 20 groups');

const dateSchema = z
  .date()
  .min(new Date('2000-01-01'), 'A season begins and ends after the year 1999')
  .transform(dayOf);

const seasonSchema = z
  .object({ name: textSchema(60), from: dateSchema, until: dateSchema })
  .refine(({ from, until }) => from <= until, { path: ['until'], message: 'A season ends after it began' });

const itemShape = {
  name: textSchema(100),
  description: textSchema(1_000, 0),
  category: z.enum(CATEGORIES),
  price: z.int(),
  isLimited: z.boolean(),
  season: seasonSchema.nullable(),
  preparationSeconds: z.int().min(0).max(DAY_SECONDS, 'Nothing takes more than a day'),
  recipe: recipeSchema,
  optionGroups: optionGroupsSchema,
};

export const createMenuItemSchema = z.object({
  ...itemShape,
  barcode: z.string().trim().refine(isBarcode, "A barcode is an EAN-13 or a code of the chain's own"),
  season: itemShape.season.default(null),
});

export const updateMenuItemSchema = z.object(itemShape).partial();

export const outletPriceSchema = z.object({
  menuItemId: z.string(),
  outletId: z.string(),
  price: z.int().nullable().default(null),
  isOffered: z.boolean(),
});
