/** `…/grams`: the weight as a number in text, such as `5230.5`. */
import type { Format } from './format.js';
import { numberOf, weighedOnArrival } from './values.js';

export const plainNumber: Format = {
  name: 'plain number',
  filters: { readings: ['grams'], statuses: [] },
  read(levels, payload, arrivedAt) {
    if (levels.length !== 1 || levels[0] !== 'grams') return undefined;
    return weighedOnArrival(numberOf(payload), arrivedAt);
  },
};
