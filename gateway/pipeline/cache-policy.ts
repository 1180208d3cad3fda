/**
 * How long the response to an operation may be cached for every caller: the shortest `@cacheControl` of its fields.
 *
 * - A root field, and a field that returns an object, need a hint of their own or of their type; a leaf inherits its object's.
 * - A field's hint overrides its type's, unless either is private.
 * - For a field on an interface or union the strictest hint of the possible types applies.
 */
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { CacheHint, CacheHints } from '../supergraph/cache-hints.js';

/** In seconds; 0 for a response that may not be cached. */
export function maxAgeOf(
  schema: GraphQLSchema,
  hints: CacheHints,
  document: DocumentNode,
  { operation }: OperationDefinitionNode,
): number {
  if (hints.size === 0 || operation !== OperationTypeNode.QUERY) return 0;
  const root = schema.getQueryType();
  const ages: number[] = [];
  const info = new TypeInfo(schema);
  const concrete = (type: GraphQLNamedType): readonly string[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name];
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const [parent, field] = [info.getParentType(), info.getFieldDef()];
        if (!parent || !field || field.name === '__typename') return;
        const type = getNamedType(field.type);
        const ofType = hintOfType(hints, type.name, concrete(type));
        for (const name of concrete(parent)) {
          const ofField = hints.get(`${name}.${field.name}`) ?? hints.get(`${parent.name}.${field.name}`);
          const hint: CacheHint = {
            maxAge: ofField?.maxAge ?? ofType.maxAge,
            inherits: parent !== root && (ofField?.inherits || ofType.inherits),
            isPrivate: ofField?.isPrivate || ofType.isPrivate,
          };
          ages.push(...ageOf(hint, parent === root || isCompositeType(type)));
        }
      },
    }),
  );
  return ages.length === 0 ? 0 : Math.min(...ages);
}

/** A type's own hint, restricted by those of its possible types. */
function hintOfType(hints: CacheHints, name: string, concrete: readonly string[]): CacheHint {
  const own = hints.get(name);
  const all = [name, ...concrete].flatMap((one) => hints.get(one) ?? []);
  const ages = all.flatMap(({ maxAge }) => maxAge ?? []);
  return {
    maxAge: own?.maxAge === undefined ? undefined : Math.min(...ages),
    inherits: own?.inherits ?? false,
    isPrivate: all.some(({ isPrivate }) => isPrivate),
  };
}

function ageOf({ isPrivate, maxAge, inherits }: CacheHint, needsHint: boolean): readonly number[] {
  if (isPrivate) return [0];
  if (maxAge !== undefined) return [maxAge];
  return inherits || !needsHint ? [] : [0];
}
