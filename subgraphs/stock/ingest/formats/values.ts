/** Values that formats share: weights, texts, and an order by arrival for devices that number nothing. */
import { ARRIVAL_BOOT, arrivalBoot } from '../../domain/boot-names.js';
import { MAXIMUM_GRAMS } from '../../domain/shelf-message.js';
import { type Unreadable, unreadable, type Weighed } from './format.js';

const decoder = new TextDecoder('utf-8', { fatal: true });
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Null where it is no UTF-8. */
export function textOf(payload: Uint8Array): string | null {
  try {
    return decoder.decode(payload);
  } catch {
    return null;
  }
}

/** The number that a text consists of, but for space around it; null for anything else. */
export function numberOf(payload: Uint8Array): number | null {
  const text = textOf(payload)?.trim() ?? '';
  return NUMBER.test(text) ? Number(text) : null;
}

/** Null where it is no JSON in UTF-8. */
export function jsonOf(payload: Uint8Array): { readonly content: unknown } | null {
  const text = textOf(payload);
  if (text === null) return null;
  try {
    return { content: JSON.parse(text) };
  } catch {
    return null;
  }
}

export function areGrams(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= MAXIMUM_GRAMS;
}

const MICROSECONDS = 1_000;
let latest = 0;

/** A weight of a device that numbers nothing: what arrives later is later, and delivered twice it is two readings of the same weight. */
export function weighedOnArrival(grams: number | null, arrivedAt: number): Weighed | Unreadable {
  if (!areGrams(grams)) return unreadable('no number of grams');
  const microseconds = Math.floor(arrivedAt * MICROSECONDS);
  // Those of a millisecond keep their order. A message from before does not push the others into the future.
  const isNow = microseconds >= latest - MICROSECONDS * MICROSECONDS;
  const seq = isNow ? Math.max(latest + 1, microseconds) : microseconds;
  if (isNow) latest = seq;
  return {
    ...{ kind: 'weighed', grams, batteryPercent: null, at: new Date(arrivedAt) },
    ...{ bootId: arrivalBoot(seq), joins: ARRIVAL_BOOT, seq },
  };
}
