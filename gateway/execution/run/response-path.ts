/**
 * Where in the answer a fetch belongs. The paths of a plan are compiled into a tree, so that fetches below one another
 * walk their common part once.
 */

import type { ResponseObject, ResponsePath } from '../types.js';
import { isResponseObject, readOwn } from './response-object.js';

/** The step from a list to its elements. */
export const EACH = '@';

/** The place of a field of what has a place; the top's is empty. */
export function placeBelow(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

export class ResponsePathTree {
  /** Its place among the paths of the plan. */
  readonly index: number;
  readonly parent: ResponsePathTree | undefined;
  /** A response name, or EACH. */
  readonly key: string;
  /** The response names that lead here, joined: a place of the operation, however many lists are on the way. */
  readonly place: string;
  /**
   * Set where equal objects may be made one: the name of a field that differs between most of them. Entities that are
   * nothing but their key are often shown many times; as one object they are loaded, merged and written once.
   */
  identity: string | undefined;
  readonly #children = new Map<string, ResponsePathTree>();
  readonly #all: ResponsePathTree[];

  private constructor(all: ResponsePathTree[], parent: ResponsePathTree | undefined, key: string) {
    this.#all = all;
    this.index = all.length;
    this.parent = parent;
    this.key = key;
    this.place = key === EACH ? (parent?.place ?? '') : placeBelow(parent?.place ?? '', key);
    all.push(this);
  }

  /** The top of the answer; every other path of a plan is below it. */
  static root(): ResponsePathTree {
    return new ResponsePathTree([], undefined, '');
  }

  below(key: string): ResponsePathTree {
    const known = this.#children.get(key);
    if (known) return known;
    const child = new ResponsePathTree(this.#all, this, key);
    this.#children.set(key, child);
    return child;
  }

  /** Response names and EACH, from the top. */
  get keys(): readonly string[] {
    return this.parent ? [...this.parent.keys, this.key] : [];
  }

  /** The part that names one place in every answer: up to its first list. */
  get commonPlace(): ResponsePath {
    const { keys } = this;
    const list = keys.indexOf(EACH);
    return list === -1 ? keys : keys.slice(0, list);
  }
}

/** Every place of every object at the path. Walks all places, so it is for errors alone. */
export function placesAt(
  root: ResponseObject,
  { keys }: ResponsePathTree,
): ReadonlyMap<unknown, readonly ResponsePath[]> {
  const places = new Map<unknown, ResponsePath[]>();
  const walk = (value: unknown, depth: number, place: ResponsePath): void => {
    const key = keys[depth];
    if (key === undefined) {
      const known = places.get(value);
      if (known) known.push(place);
      else places.set(value, [place]);
    } else if (key === EACH) {
      if (!Array.isArray(value)) return;
      for (const [index, element] of value.entries()) walk(element, depth + 1, [...place, index]);
    } else if (isResponseObject(value)) {
      walk(readOwn(value, key), depth + 1, [...place, key]);
    }
  };
  walk(root, 0, []);
  return places;
}
