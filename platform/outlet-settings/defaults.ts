/** Settings of outlets whose default is the environment's, read by every unit that answers or uses them. */
import { z } from 'zod';
import { type Config, positiveCount } from '../config.js';
import type { PlaceSettings } from './inheritance.js';
import { cashWindowSeconds, paymentWindowSeconds } from './registry.js';

export const outletDefaults = z.object({
  PAYMENT_WINDOW_SECONDS: positiveCount.optional(),
  CASH_WINDOW_SECONDS: positiveCount.optional(),
});

/** What holds where nobody has set anything. */
export function defaultSettings(config: Config): PlaceSettings {
  const { PAYMENT_WINDOW_SECONDS, CASH_WINDOW_SECONDS } = config.settings(outletDefaults);
  const defaults = {
    [paymentWindowSeconds.key]: PAYMENT_WINDOW_SECONDS,
    [cashWindowSeconds.key]: CASH_WINDOW_SECONDS,
  };
  return Object.fromEntries(
    Object.entries(defaults).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, { value, isLocked: false }]],
    ),
  );
}
