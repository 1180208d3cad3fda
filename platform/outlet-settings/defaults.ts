/** Settings of outlets whose default is the environment's, read by every unit that answers or uses them. */
import { z } from 'zod';
import { type Config, positiveCount } from '../config.js';
import type { PlaceSettings } from './inheritance.js';
import { paymentWindowSeconds } from './registry.js';

export const outletDefaults = z.object({ PAYMENT_WINDOW_SECONDS: positiveCount.optional() });

/** What holds where nobody has set anything. */
export function defaultSettings(config: Config): PlaceSettings {
  const { PAYMENT_WINDOW_SECONDS: value } = config.settings(outletDefaults);
  return value === undefined ? {} : { [paymentWindowSeconds.key]: { value, isLocked: false } };
}
