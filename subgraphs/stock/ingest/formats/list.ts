/**
 * The formats that devices may publish in beside Kedai's own, each at topics of its own below the shelf's: a message is read by the one whose
 * topic it has.
 */
import { parseShelfTopic, SHELVES_FILTER } from '../../domain/shelf-topic.js';
import { esphome } from './esphome.js';
import type { Format } from './format.js';
import { homie } from './homie.js';
import { plainNumber } from './plain-number.js';
import { sparkplug } from './sparkplug.js';
import { tasmota } from './tasmota.js';

export const FORMATS: readonly Format[] = [plainNumber, esphome, tasmota, homie, sparkplug];

/** For clients of an outside broker, Kedai's own format included. */
export const READING_FILTERS = ['reading', ...FORMATS.flatMap(({ filters }) => filters.readings)].map(below);
export const STATUS_FILTERS = ['status', ...FORMATS.flatMap(({ filters }) => filters.statuses)].map(below);

function below(filter: string): string {
  return `${SHELVES_FILTER}${filter}`;
}

const STATUS_TOPICS = FORMATS.flatMap(({ filters }) => filters.statuses).map(
  (filter) => new RegExp(`^${filter.replaceAll('$', '\\$').replaceAll('+', '[^/]+')}$`),
);

/** Whether what is published there says if the device is connected. */
export function isStatusTopic(topic: string): boolean {
  const own = parseShelfTopic(topic);
  if (own === undefined) return false;
  if (own.channel !== 'other') return own.channel === 'status';
  return STATUS_TOPICS.some((pattern) => pattern.test(own.rest));
}
