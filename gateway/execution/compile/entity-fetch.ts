/**
 * The step of a fetch of entities: gathers the objects at its path, has each one's entity loaded, and merges what came
 * into every object that stands for it.
 */
import type { FetchNode } from '@apollo/query-planner';
import { type GraphQLSchema, isInterfaceType } from 'graphql';
import type { Entity, EntityError } from '../run/entity-loader.js';
import { copyOf, isResponseObject, mergeInto, readOwn } from '../run/response-object.js';
import { placeBelow, placesAt, type ResponsePathTree } from '../run/response-path.js';
import type { Run, Step } from '../run/run.js';
import type { EntityKind, ResponseObject, ResponsePath } from '../types.js';
import { compileContexts } from './contexts.js';
import { compileRepresentation } from './representation.js';
import { selectedNames } from './selected-objects.js';

/**
 * What the places that show one entity may have in common of its result. Places of one fetch are treated alike by all
 * that follows, so they can share it whole; another fetch's places are not, so it needs a copy of its own; and where
 * several fetches add to the same inner object, so does every place.
 */
export type Sharing = 'within all fetches' | 'within this fetch' | 'nothing';

function sharer(sharing: Sharing): (entity: Entity, result: ResponseObject) => ResponseObject {
  if (sharing === 'within all fetches') return (_, result) => result;
  const copies = new Map<Entity, ResponseObject>();
  return (entity, result) => {
    const known = sharing === 'within this fetch' ? copies.get(entity) : undefined;
    if (known) return known;
    const copy = copyOf(result);
    if (!isResponseObject(copy)) return result;
    copies.set(entity, copy);
    return copy;
  };
}

/** A subgraph that has an interface as an object answers the interface's name as `__typename`, which must not replace the object's. */
function mergeEntity(
  target: ResponseObject,
  result: ResponseObject,
  isInterface: (typename: unknown) => boolean,
): void {
  const known = target.__typename;
  const isWorse = known !== undefined && known !== result.__typename && isInterface(result.__typename);
  mergeInto(target, result);
  if (isWorse) target.__typename = known;
}

/** Where an entity's error is, from the entity: what it was about, or each selected field that it left without a value. */
function pathsOf(
  schema: GraphQLSchema,
  run: Run,
  { selection, renamed }: EntityKind,
  target: ResponseObject,
  { path }: EntityError,
): readonly ResponsePath[] {
  if (path || !selection) return [path ?? []];
  const { conditions } = run;
  const fields = [...selectedNames(selection, { schema, typename: target.__typename, conditions, renamed })];
  const missing = fields.filter((name) => readOwn(target, name) === undefined);
  return missing.length > 0 ? missing.map((name) => [name]) : [[]];
}

function merge(
  schema: GraphQLSchema,
  run: Run,
  kind: EntityKind,
  isInterface: (typename: unknown) => boolean,
  path: ResponsePathTree,
  sharing: Sharing,
  targets: readonly ResponseObject[],
  entities: readonly (Entity | undefined)[],
): void {
  const share = sharer(sharing);
  let isShared = false;
  const failed: [ResponseObject, Entity][] = [];
  for (const [index, target] of targets.entries()) {
    const entity = entities[index];
    if (!entity) continue;
    if (entity.errors) failed.push([target, entity]);
    if (!entity.result) continue;
    entity.places += 1;
    mergeEntity(target, share(entity, entity.result), isInterface);
    if (entity.places > 1) isShared = true;
  }
  if (kind.objects.length > 0) run.tree.changed();
  if (isShared) for (const object of kind.objects) run.tree.shared.add(placeBelow(path.place, object));
  if (failed.length === 0) return;
  const places = placesAt(run.tree.root, path);
  for (const [target, { errors = [] }] of failed) {
    for (const place of places.get(target) ?? []) {
      for (const error of errors) {
        for (const inside of pathsOf(schema, run, kind, target, error)) {
          run.fail(error.reported, kind.serviceName, [...place, ...inside]);
        }
      }
    }
  }
}

export function entityFetch(
  schema: GraphQLSchema,
  fetch: FetchNode,
  path: ResponsePathTree,
  kind: EntityKind,
  sharing: Sharing,
): Step {
  const contexts = compileContexts(schema, fetch, path);
  const representation = compileRepresentation(schema, fetch.requires ?? [], fetch.inputRewrites);
  const isInterface = (typename: unknown): boolean =>
    typeof typename === 'string' && isInterfaceType(schema.getType(typename));
  return (run) => {
    const targets = run.tree.at(path).filter(isResponseObject);
    const values = contexts?.valuesFor(run.tree.root, targets);
    const entities = targets.map((target, index) =>
      run.loader.entity(kind, representation, target, path, values?.[index]),
    );
    const loading = new Set<Promise<void>>();
    for (const entity of entities) if (entity && !entity.batch.isDone) loading.add(entity.batch.done);
    const finish = (): void => merge(schema, run, kind, isInterface, path, sharing, targets, entities);
    if (loading.size === 0) {
      finish();
      return undefined;
    }
    return Promise.all(loading).then(finish);
  };
}
