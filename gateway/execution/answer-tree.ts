/**
 * The answer of one run as a tree to be walked: gathers the objects at a path, each once however many places share it.
 * What was gathered is kept until something is merged that could change it.
 */
import { type AnswerObject, isAnswerObject, isInherited, readOwn, writeOwn } from './answer.js';
import { type AnswerPath, EACH } from './answer-path.js';

/** Whether two objects have the same fields with the same values and no objects in them. */
function areEqualAndFlat(first: AnswerObject, second: AnswerObject): boolean {
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
type Canonical = (object: AnswerObject) => AnswerObject;

function canonicalBy(identity: string): Canonical {
  const seen = new Map<unknown, AnswerObject>();
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

function takeField(object: AnswerObject, key: string, take: (value: unknown) => unknown): void {
  const value = isInherited(key) ? readOwn(object, key) : object[key];
  const taken = take(value);
  if (taken !== value) writeOwn(object, key, taken);
}

function takeElements(list: unknown[], take: (value: unknown) => unknown): void {
  for (let index = 0; index < list.length; index += 1) {
    const element: unknown = list[index];
    const taken = take(element);
    if (taken !== element) list[index] = taken;
  }
}

export class AnswerTree {
  readonly root: AnswerObject = {};
  /** Where objects are that have several places: a field's place, or `@` and its list's for elements. */
  readonly shared = new Set<string>();
  #levels: (readonly unknown[] | undefined)[] = [];

  /** To be called when objects or lists were merged in. */
  changed(): void {
    this.#levels = [];
  }

  /** Everything at the path but nulls, in order and without repetition. */
  at(path: AnswerPath): readonly unknown[] {
    const known = this.#levels[path.index];
    if (known) return known;
    const level = this.#walk(path);
    this.#levels[path.index] = level;
    return level;
  }

  #walk({ parent, key, identity, place }: AnswerPath): readonly unknown[] {
    if (!parent) return [this.root];
    const level = new Set<unknown>();
    const canonical = identity === undefined ? undefined : canonicalBy(identity);
    /** What takes the value's place in its list or object. */
    const take = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      const taken = canonical && isAnswerObject(value) ? canonical(value) : value;
      if (taken !== value) this.shared.add(key === EACH ? EACH + place : place);
      level.add(taken);
      return taken;
    };
    for (const value of this.at(parent)) {
      if (key !== EACH) {
        if (isAnswerObject(value)) takeField(value, key, take);
      } else if (Array.isArray(value)) {
        takeElements(value, take);
      }
    }
    return [...level];
  }
}
