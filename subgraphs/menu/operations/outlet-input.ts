/** What people say of an outlet, checked. */
import type { z } from 'zod';
import { timeZoneSchema } from '../../../platform/kit/calendar.js';
import { name, phone, text } from '../../../platform/kit/input.js';
import { openingExceptions, weeklyOpenings } from '../../../platform/kit/opening-hours.js';

export const outletFields = {
  name,
  city: text(100),
  address: text(300),
  phone,
  timeZone: timeZoneSchema,
  openingHours: weeklyOpenings,
  openingExceptions,
} as const satisfies Record<string, z.ZodType>;
