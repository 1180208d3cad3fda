/**
 * Every setting of an outlet: its kind, bounds and default, who may set it where, and what it does. A value set for the chain holds
 * everywhere, one of a franchise at its outlets, one of an outlet there (`inheritance.ts`).
 *
 * A new one is a constant here, its name in `OUTLET_SETTINGS`, and its rule, which asks `SettingsCopy.valueOf` for the value.
 */
import { z } from 'zod';
import type { Role } from '../identity/identity.js';

export type SettingLevel = 'CHAIN' | 'FRANCHISE' | 'OUTLET';

export type SettingValue = number | string | readonly string[];

interface Meaning {
  /** For people who set it: what it does, and in which unit. */
  readonly description: string;
  /** The roles that may set it at each level, each within its own outlet or franchise. */
  readonly setBy: Readonly<Record<SettingLevel, readonly Role[]>>;
}

export interface OutletSetting<Value extends SettingValue = SettingValue> extends Meaning {
  readonly key: string;
  readonly default: Value;
  /** Bounds of a number; null for choices. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** What one or some are chosen of; null for a number. */
  readonly choices: readonly string[] | null;
  /** Takes what people write. */
  readonly schema: z.ZodType<Value>;
}

const BY_OWNERS = { CHAIN: ['HQ'], FRANCHISE: ['HQ', 'OWNER'], OUTLET: ['HQ', 'OWNER'] } as const;
const BY_HEAD_OFFICE = { CHAIN: ['HQ'], FRANCHISE: ['HQ'], OUTLET: ['HQ'] } as const;
const BY_MANAGERS = { ...BY_OWNERS, OUTLET: ['HQ', 'OWNER', 'MANAGER'] } as const;

export const paymentMethods = someOf('paymentMethods', ['CASH', 'CARD', 'GOPAY', 'OVO', 'DANA', 'QRIS'], {
  description: 'The methods that an order can be paid by.',
  setBy: BY_MANAGERS,
});

export const paymentWindowSeconds = wholeNumber('paymentWindowSeconds', {
  ...{ minimum: 1, maximum: 604_800, default: 900 },
  description: 'An order that is unpaid so many seconds after its stock was reserved is cancelled.',
  setBy: BY_OWNERS,
});

export const cashWindowSeconds = wholeNumber('cashWindowSeconds', {
  ...{ minimum: 1, maximum: 604_800, default: 600 },
  description:
    'Cash that staff have not confirmed so many seconds after the guest chose it fails, and the order can be paid otherwise.',
  setBy: BY_OWNERS,
});

export const pickupAheadMinutes = wholeNumber('pickupAheadMinutes', {
  ...{ minimum: 0, maximum: 43_200, default: 10_080 },
  description: 'How many minutes ahead an order may be picked up; 0 for no pickup times.',
  setBy: BY_MANAGERS,
});

export const maximumOrderUnits = wholeNumber('maximumOrderUnits', {
  ...{ minimum: 1, maximum: 4_950, default: 4_950 },
  description: 'How many units an order may have, all its lines together.',
  setBy: BY_MANAGERS,
});

export const maximumUnpaidOrders = wholeNumber('maximumUnpaidOrders', {
  ...{ minimum: 1, maximum: 1_000_000, default: 20 },
  description: 'How many unpaid orders a guest may have at an outlet.',
  setBy: BY_OWNERS,
});

export const maximumUnpaidAmount = wholeNumber('maximumUnpaidAmount', {
  ...{ minimum: 10_000, maximum: 1_000_000_000_000, default: 20_000_000 },
  description: 'What a guest’s unpaid orders at an outlet may come to together, in whole rupiah.',
  setBy: BY_OWNERS,
});

export const secondFactorRoles = someOf(
  'secondFactorRoles',
  ['BARISTA', 'MANAGER', 'OWNER', 'HQ'],
  {
    description:
      'The roles that count only for people who have set a second factor. All of them move money; only the chain can name HQ, and only it and a franchise OWNER.',
    setBy: BY_OWNERS,
  },
  [],
);

/**
 * PBJT on food and drink: at most 10 % of what is paid, the service charge included, as the region's by-law sets it (Law 1/2022 on
 * financial relations between centre and regions, articles 50–58).
 */
export const pbjtBasisPoints = wholeNumber('pbjtBasisPoints', {
  ...{ minimum: 0, maximum: 1_000, default: 1_000 },
  description:
    'PBJT, the regional tax on food and drink, in hundredths of a percent: 1000 is 10 %. 0 where none is due.',
  setBy: BY_OWNERS,
});

/** PPN: 12 % of eleven twelfths of the price of what is no luxury (PMK 131/2024, article 3). */
export const ppnBasisPoints = wholeNumber('ppnBasisPoints', {
  ...{ minimum: 0, maximum: 1_200, default: 1_200 },
  description:
    'PPN on goods, in hundredths of a percent of eleven twelfths of their price: 1200 is 12 %. 0 where the outlet is not registered for it.',
  setBy: BY_OWNERS,
});

export const taxInPrices = oneOf('taxInPrices', ['INCLUDED', 'ADDED'], {
  description: 'Whether prices have their taxes in them (INCLUDED), or taxes are added to the total (ADDED).',
  setBy: BY_OWNERS,
});

export const serviceChargeBasisPoints = wholeNumber('serviceChargeBasisPoints', {
  ...{ minimum: 0, maximum: 2_500, default: 0 },
  description:
    'The service charge on what the lines come to after discounts, in hundredths of a percent: 500 is 5 %. It is taxed as the lines are.',
  setBy: BY_OWNERS,
});

/**
 * Every total is rounded, whatever it is paid by: the method is chosen after the order is placed, there may be several, and a guest pays
 * what was shown.
 */
export const roundingUnit = oneOf('roundingUnit', ['1', '100', '500', '1000'], {
  description: 'Totals are rounded to multiples of so many rupiah; 1 for no rounding.',
  setBy: BY_MANAGERS,
});

export const roundingDirection = oneOf('roundingDirection', ['NEAREST', 'UP', 'DOWN'], {
  description: 'Which multiple of `roundingUnit` a total becomes; NEAREST goes up from the middle.',
  setBy: BY_MANAGERS,
});

export const royaltyBasisPoints = wholeNumber('royaltyBasisPoints', {
  ...{ minimum: 0, maximum: 10_000, default: 0 },
  description: 'What a franchise owes the chain of its sales without taxes, in hundredths of a percent.',
  setBy: BY_HEAD_OFFICE,
});

export const managerPurchaseLimit = wholeNumber('managerPurchaseLimit', {
  ...{ minimum: 0, maximum: 1_000_000_000_000, default: 5_000_000 },
  description: 'Up to which sum a manager approves an order to a supplier, in whole rupiah.',
  setBy: BY_OWNERS,
});

export const ownerPurchaseLimit = wholeNumber('ownerPurchaseLimit', {
  ...{ minimum: 0, maximum: 1_000_000_000_000, default: 1_000_000_000_000 },
  description: 'Up to which sum an owner approves an order to a supplier, in whole rupiah.',
  setBy: { CHAIN: ['HQ'], FRANCHISE: ['HQ'], OUTLET: ['HQ'] },
});

export const purchaseServiceLevelBasisPoints = wholeNumber('purchaseServiceLevelBasisPoints', {
  ...{ minimum: 5_000, maximum: 9_999, default: 9_800 },
  description:
    'Of a hundred times that something is delivered, before how many the item should not have run out, in hundredths: 9800 is 98. Suggested orders have a safety stock for it.',
  setBy: BY_MANAGERS,
});

/** The hours of a day. */
const HOURS_OF_DAY = Array.from({ length: 24 }, (_, hour) => String(hour));

export const shiftStartHours = someOf(
  'shiftStartHours',
  HOURS_OF_DAY,
  {
    description:
      'At which hours shifts begin, by the outlet’s clocks: what reports by shift go by. A single one is a shift a day.',
    setBy: BY_MANAGERS,
  },
  ['6', '14', '22'],
);

export const unshelvedDeliveryHours = wholeNumber('unshelvedDeliveryHours', {
  ...{ minimum: 0, maximum: 720, default: 48 },
  description:
    'For how many hours goods that were delivered and that no scale has shown yet count as on the way, so that they are not suggested again.',
  setBy: BY_MANAGERS,
});

/** Between 20 and 30 % in the trade. */
export const ingredientCostBasisPoints = wholeNumber('ingredientCostBasisPoints', {
  ...{ minimum: 500, maximum: 9_000, default: 2_500 },
  description:
    'What ingredients cost of what guests pay, in hundredths of a percent: 2500 is 25 %. It decides how much waste of what spoils is worth a sale that is not lost.',
  setBy: BY_OWNERS,
});

export const expiryAlertDays = wholeNumber('expiryAlertDays', {
  ...{ minimum: 0, maximum: 60, default: 3 },
  description:
    'How many days before goods expire staff are notified of what is left of them; 0: on the day itself.',
  setBy: BY_MANAGERS,
});

export const ticketSlowMinutes = wholeNumber('ticketSlowMinutes', {
  ...{ minimum: 1, maximum: 240, default: 5 },
  description: 'After how many minutes in the kitchen an order counts as slow.',
  setBy: BY_MANAGERS,
});

export const ticketLateMinutes = wholeNumber('ticketLateMinutes', {
  ...{ minimum: 1, maximum: 240, default: 10 },
  description: 'After how many minutes in the kitchen an order counts as late.',
  setBy: BY_MANAGERS,
});

export const OUTLET_SETTINGS: readonly OutletSetting[] = [
  paymentMethods,
  paymentWindowSeconds,
  cashWindowSeconds,
  pickupAheadMinutes,
  maximumOrderUnits,
  maximumUnpaidOrders,
  maximumUnpaidAmount,
  secondFactorRoles,
  pbjtBasisPoints,
  ppnBasisPoints,
  taxInPrices,
  serviceChargeBasisPoints,
  roundingUnit,
  roundingDirection,
  royaltyBasisPoints,
  managerPurchaseLimit,
  ownerPurchaseLimit,
  purchaseServiceLevelBasisPoints,
  ingredientCostBasisPoints,
  unshelvedDeliveryHours,
  shiftStartHours,
  expiryAlertDays,
  ticketSlowMinutes,
  ticketLateMinutes,
];

export function settingNamed(key: string): OutletSetting | undefined {
  return OUTLET_SETTINGS.find((setting) => setting.key === key);
}

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
}

function wholeNumber(key: string, rest: Bounds & Meaning): OutletSetting<number> {
  const { minimum, maximum } = rest;
  const schema = z
    .union(
      [
        z.number(),
        z
          .string()
          .trim()
          .regex(/^\d{1,15}$/)
          .transform(Number),
      ],
      `A whole number`,
    )
    .refine((value) => Number.isInteger(value) && value >= minimum && value <= maximum, {
      message: `A whole number from ${minimum} to ${maximum}`,
    });
  return { key, ...rest, choices: null, schema };
}

/** The first by default. */
function oneOf<const Choice extends string>(
  key: string,
  choices: readonly [Choice, ...Choice[]],
  rest: Meaning,
): OutletSetting<Choice> {
  const schema = z
    .union([z.string().trim(), z.number().transform(String)], `One of ${choices.join(', ')}`)
    .pipe(z.enum(choices, `One of ${choices.join(', ')}`));
  return { key, ...rest, default: choices[0], minimum: null, maximum: null, choices, schema };
}

/** At least one, all of them by default; where that is none, there may be none. */
function someOf(
  key: string,
  choices: readonly string[],
  rest: Meaning,
  byDefault: readonly string[] = choices,
): OutletSetting<readonly string[]> {
  const least = byDefault.length === 0 ? 0 : 1;
  const schema = z
    .union(
      [z.array(z.string()), z.string().transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))],
      `Some of ${choices.join(', ')}`,
    )
    .refine((chosen) => chosen.length >= least && chosen.every((one) => choices.includes(one)), {
      message: `Some of ${choices.join(', ')}`,
    })
    .transform((chosen) => choices.filter((one) => chosen.includes(one)));
  return { key, ...rest, default: byDefault, minimum: null, maximum: null, choices, schema };
}
