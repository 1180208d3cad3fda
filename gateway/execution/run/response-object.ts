/**
 * The answer under construction: one tree of plain objects, grown in place from what subgraphs answer. Subgraphs' own
 * objects become part of it without a copy. Keys come from clients (aliases) and subgraphs, so no read or write here
 * reaches a prototype.
 */
import type { ResponseObject } from '../types.js';
export function isResponseObject(value: unknown): value is ResponseObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a key must be read as an own property, because every object inherits something under that name. */
export function isInherited(key: string): boolean {
  return key in Object.prototype;
}

export function readOwn(object: ResponseObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function writeOwn(object: ResponseObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  } else {
    object[key] = value;
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index += 1) {
    const existing = target[index];
    const value = source[index];
    if (isResponseObject(existing) && isResponseObject(value)) mergeInto(existing, value);
    else if (Array.isArray(existing) && Array.isArray(value) && existing.length === value.length)
      mergeLists(existing, value);
    else target[index] = value;
  }
}

/**
 * Adds what `source` has to `target`: objects and lists of equal length, however deep, key by key and element by element, everything
 * else by taking over. What is taken over is then part of both.
 */
export function mergeInto(target: ResponseObject, source: ResponseObject): void {
  for (const key in source) {
    const value = source[key];
    if (value === undefined) continue;
    const existing = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isResponseObject(value) && isResponseObject(existing)) {
      mergeInto(existing, value);
    } else if (Array.isArray(value) && Array.isArray(existing) && value.length === existing.length) {
      mergeLists(existing, value);
    } else {
      writeOwn(target, key, value);
    }
  }
}

/** A copy that shares no object or list with the original. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isResponseObject(value)) return value;
  const copy: ResponseObject = {};
  for (const key of Object.keys(value)) writeOwn(copy, key, copyOf(value[key]));
  return copy;
}
