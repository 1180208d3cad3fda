/**
 * ESPHome with the shelf's own topic as its `topic_prefix`: the sensor named Weight, in grams, at `…/sensor/weight/state`. Its birth message
 * and last will, at `…/status`, are Kedai's own. What other components publish says nothing of a weight.
 */
import { type Format, SILENT } from './format.js';
import { numberOf, weighedOnArrival } from './values.js';

export const esphome: Format = {
  name: 'ESPHome',
  filters: { readings: ['sensor/weight/state'], statuses: [] },
  read(levels, payload, arrivedAt) {
    const [component, name, channel] = levels;
    if (component === 'debug' && levels.length === 1) return SILENT;
    if (levels.length !== 3 || channel !== 'state') return undefined;
    return component === 'sensor' && name === 'weight'
      ? weighedOnArrival(numberOf(payload), arrivedAt)
      : SILENT;
  },
};
