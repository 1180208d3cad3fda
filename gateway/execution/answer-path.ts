/**
 * Where in the answer a fetch belongs. A path is compiled once into a walk that gathers the objects there, each object
 * once however many places share it; and, only when something went wrong, a walk that tells every place of an object.
 */
import { type AnswerObject, isAnswerObject, readOwn } from './answer.js';

/** Response names, and `@` for every element of a list. */
export type PlanPath = readonly string[];
export type ResponsePath = readonly (string | number)[];

/** Every object at the path, in order and without repetition; what is null, missing or of another shape is passed over. */
export function objectsAt(root: AnswerObject, path: PlanPath): readonly AnswerObject[] {
  let level: unknown[] = [root];
  for (const key of path) {
    const next: unknown[] = [];
    for (const value of level) {
      if (key === '@') {
        if (Array.isArray(value)) for (const element of value) next.push(element);
      } else if (isAnswerObject(value)) {
        next.push(readOwn(value, key));
      }
    }
    // Lists and objects can be shared where equal entities were fetched once; walking each once keeps this linear.
    level = next.length > 1 && key !== '@' ? [...new Set(next)] : next;
  }
  return level.filter(isAnswerObject);
}

/** Every place of every object at the path. Walks all places, so it is for errors alone. */
export function placesAt(root: AnswerObject, path: PlanPath): ReadonlyMap<unknown, readonly ResponsePath[]> {
  const places = new Map<unknown, ResponsePath[]>();
  const walk = (value: unknown, depth: number, place: ResponsePath): void => {
    const key = path[depth];
    if (key === undefined) {
      const known = places.get(value);
      if (known) known.push(place);
      else places.set(value, [place]);
    } else if (key === '@') {
      if (!Array.isArray(value)) return;
      for (const [index, element] of value.entries()) walk(element, depth + 1, [...place, index]);
    } else if (isAnswerObject(value)) {
      walk(readOwn(value, key), depth + 1, [...place, key]);
    }
  };
  walk(root, 0, []);
  return places;
}

/** The part of a path that names one place in every answer: up to its first list. */
export function commonPlace(path: PlanPath): ResponsePath {
  const list = path.indexOf('@');
  return list === -1 ? path : path.slice(0, list);
}
