/**
 * Homie 4 and 5 with the shelf's own topic before `homie`: the property `weight` of any node, in grams, and the device's `$state`.
 * Other properties and attributes say nothing of a weight.
 */
import { connection, type Format, SILENT, unreadable } from './format.js';
import { numberOf, textOf, weighedOnArrival } from './values.js';

const STATES: ReadonlyMap<string, boolean | null> = new Map([
  ['ready', true],
  ['alert', true],
  ['sleeping', true],
  ['init', null],
  ['disconnected', false],
  ['lost', false],
]);

export const homie: Format = {
  name: 'Homie',
  filters: {
    readings: ['homie/+/+/weight', 'homie/5/+/+/weight'],
    statuses: ['homie/+/$state', 'homie/5/+/$state'],
  },
  read([root, ...levels], payload, arrivedAt) {
    if (root !== 'homie' || levels.length < 2) return undefined;
    // In Homie 5 the major version comes first.
    const [, ...path] = levels[0] === '5' ? levels.slice(1) : levels;
    if (path.length === 1 && path[0] === '$state') return stateOf(payload);
    if (path.length === 2 && path[1] === 'weight') return weighedOnArrival(numberOf(payload), arrivedAt);
    return SILENT;
  },
};

/** A device that is removed for good clears its state. */
function stateOf(payload: Uint8Array) {
  const text = textOf(payload);
  if (text === '') return connection(false);
  const isOnline = STATES.get(text ?? '');
  if (isOnline === undefined) return unreadable('no state of Homie');
  return isOnline === null ? SILENT : connection(isOnline);
}
