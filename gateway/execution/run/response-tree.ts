/**
 * The answer of one run as a tree to be walked: gathers the objects at a path, each once however many places share it.
 * What was gathered is cached until something is merged that could change it.
 */

import type { ResponseObject } from '../types.js';
import { isInherited, isResponseObject, readOwn, writeOwn } from './response-object.js';
import { EACH, type ResponsePathTree } from './response-path.js';

/** Whether two objects have the same fields with the same values and no objects in them. */
function areEqualAndFlat(first: ResponseObject, second: ResponseObject): boolean {
  let fields = 0;
  for (const key in first) {
    const value = first[key];
    if ((typeof value === 'object' && value !== null) || value !== second[key]) return false;
    fields += 1;
  }
  for (const _ in second) fields -= 1;
  return fields === 0;
}

/** Takes the place of an equal object seen before. */
type Canonical = (object: ResponseObject) => ResponseObject;

function canonicalBy(identity: string): Canonical {
  const seen = new Map<unknown, ResponseObject>();
  return (object) => {
    const value = object[identity];
    const first = seen.get(value);
    if (!first) {
      seen.set(value, object);
      return object;
    }
    return areEqualAndFlat(first, object) ? first : object;
  };
}

export class ResponseTree {
  readonly root: ResponseObject = {};
  /** Where objects are that have several places: a field's place, or `@` and its list's for elements. */
  readonly shared = new Set<string>();
  #levels: (readonly unknown[] | undefined)[] = [];

  /** To be called when objects or lists were merged in. */
  changed(): void {
    this.#levels = [];
  }

  /** Everything at the path but nulls, in order and without repetition. */
  at(path: ResponsePathTree): readonly unknown[] {
    const known = this.#levels[path.index];
    if (known) return known;
    const level = this.#walk(path);
    this.#levels[path.index] = level;
    return level;
  }

  #walk(path: ResponsePathTree): readonly unknown[] {
    if (!path.parent) return [this.root];
    const level: unknown[] = [];
    const canonical = path.identity === undefined ? undefined : canonicalBy(path.identity);
    for (const value of this.at(path.parent)) {
      if (path.key !== EACH) {
        if (isResponseObject(value)) this.#takeField(value, path, level, canonical);
      } else if (Array.isArray(value)) {
        this.#takeElements(value, path, level, canonical);
      }
    }
    return this.shared.size > 0 && level.length > 1 ? [...new Set(level)] : level;
  }

  #takeField(object: ResponseObject, path: ResponsePathTree, level: unknown[], canonical?: Canonical): void {
    const { key } = path;
    const value = isInherited(key) ? readOwn(object, key) : object[key];
    if (typeof value !== 'object' || value === null) return;
    const first = canonical && isResponseObject(value) ? canonical(value) : value;
    if (first === value) {
      level.push(value);
    } else {
      writeOwn(object, key, first);
      this.shared.add(path.place);
    }
  }

  #takeElements(list: unknown[], path: ResponsePathTree, level: unknown[], canonical?: Canonical): void {
    for (let index = 0; index < list.length; index += 1) {
      const value: unknown = list[index];
      if (typeof value !== 'object' || value === null) continue;
      const first = canonical && isResponseObject(value) ? canonical(value) : value;
      if (first === value) {
        level.push(value);
      } else {
        list[index] = first;
        this.shared.add(EACH + path.place);
      }
    }
  }
}
