/**
 * Tasmota with the full topic `kedai/v1/{outletId}/shelves/%topic%/%prefix%/` and the shelf's id as its topic: `…/tele/SENSOR` has
 * the HX711's weight in kilograms, `…/tele/LWT` says Online or Offline. What else it publishes says nothing of a weight.
 */
import { z } from 'zod';
import { connection, type Format, SILENT, unreadable } from './format.js';
import { jsonOf, textOf, weighedOnArrival } from './values.js';

const GRAMS_IN_A_KILOGRAM = 1_000;
/** Other sensors have a payload without a scale. */
const sensorSchema = z.object({ HX711: z.object({ Weight: z.number() }).optional() });

export const tasmota: Format = {
  name: 'Tasmota',
  filters: { readings: ['tele/SENSOR'], statuses: ['tele/LWT'] },
  read(levels, payload, arrivedAt) {
    const [prefix, name] = levels;
    if (levels.length !== 2 || (prefix !== 'tele' && prefix !== 'stat')) return undefined;
    if (prefix === 'tele' && name === 'LWT') {
      const text = textOf(payload);
      if (text === 'Online' || text === 'Offline') return connection(text === 'Online');
      return unreadable('neither Online nor Offline');
    }
    if (prefix !== 'tele' || name !== 'SENSOR') return SILENT;
    const json = jsonOf(payload);
    if (json === null) return unreadable('', 'NOT_JSON');
    const { data } = sensorSchema.safeParse(json.content);
    if (data === undefined) return unreadable('HX711.Weight is no number');
    if (data.HX711 === undefined) return SILENT;
    return weighedOnArrival(data.HX711.Weight * GRAMS_IN_A_KILOGRAM, arrivedAt);
  },
};
