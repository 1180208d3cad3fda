/**
 * For how long the answer to an operation may be kept and given to anybody: the shortest of its fields' hints. A field at
 * the top, or one that returns an object, may not be kept unless a hint says so; a leaf is as good as its object.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { CacheHint, CacheHints } from '../supergraph/cache-hints.js';

/** Seconds; 0 for what may not be kept. */
export function maxAgeOf(
  schema: GraphQLSchema,
  hints: CacheHints,
  document: DocumentNode,
  { operation }: OperationDefinitionNode,
): number {
  if (hints.size === 0 || operation !== OperationTypeNode.QUERY) return 0;
  const root = schema.getQueryType()?.name;
  const ages: number[] = [];
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const [parent, field] = [info.getParentType(), info.getFieldDef()];
        if (!parent || !field || field.name === '__typename') return;
        const type = getNamedType(field.type);
        const hint = hints.get(`${parent.name}.${field.name}`) ?? hints.get(type.name);
        const needsHint = parent.name === root || isCompositeType(type);
        ages.push(...ageOf(hint, needsHint));
      },
    }),
  );
  return ages.length === 0 ? 0 : Math.min(...ages);
}

function ageOf(hint: CacheHint | undefined, needsHint: boolean): readonly number[] {
  if (hint?.isPrivate) return [0];
  if (hint?.maxAge !== undefined) return [hint.maxAge];
  return hint?.inherits || !needsHint ? [] : [0];
}
