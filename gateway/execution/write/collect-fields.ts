/**
 * What a selection comes to for objects of one type: its fields in the order of the answer, fragments resolved, fields
 * of one response name joined, `@skip` and `@include` decided. The rules of "CollectFields" in the GraphQL specification,
 * applied once per type instead of once per object.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { isIncluded } from '../compile/condition-variables.js';
import type { ResponseNames } from '../compile/response-names.js';

/** A selection and the type that it was written for. */
export interface ScopedSelection {
  readonly selectionSet: SelectionSetNode;
  readonly scope: GraphQLCompositeType;
  /** Whether it is below a field that the caller may not see. */
  readonly isRemoved: boolean;
}

export interface CollectedField {
  readonly responseName: string;
  /** Where the answer has it. */
  readonly key: string;
  readonly name: string;
  /** The type whose field it is, as errors name it: the object's own, or that of the fragment around the field. */
  readonly parent: GraphQLCompositeType;
  /** Undefined for `__typename`. The strictest of all the types it was selected with. */
  type: GraphQLOutputType | undefined;
  /** Whether the caller may see it nowhere that it was selected: then it is null, whatever the answer has. */
  isRemoved: boolean;
  readonly nodes: FieldNode[];
  readonly selections: ScopedSelection[];
}

export interface SelectionRules {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly names: ResponseNames;
  /** Fields that the caller may not see. */
  readonly removed: ReadonlySet<FieldNode>;
}

function isSubtype(schema: GraphQLSchema, wanted: GraphQLCompositeType, type: GraphQLCompositeType): boolean {
  if (wanted === type) return true;
  return (
    isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
  );
}

/** Non-null wherever either of two types of one field is. */
function strictest(first: GraphQLOutputType, second: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(first) || isNonNullType(second)) {
    const inner = strictest(
      isNonNullType(first) ? first.ofType : first,
      isNonNullType(second) ? second.ofType : second,
    );
    return isNonNullType(inner) ? inner : new GraphQLNonNull(inner);
  }
  if (isListType(first) && isListType(second)) return new GraphQLList(strictest(first.ofType, second.ofType));
  return first;
}

function fieldType(
  schema: GraphQLSchema,
  scope: GraphQLCompositeType,
  name: string,
): GraphQLOutputType | undefined {
  if (scope === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef.type;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef.type;
  }
  return isObjectType(scope) || isInterfaceType(scope) ? scope.getFields()[name]?.type : undefined;
}

/**
 * @param runtimeType what the object says it is; undefined where it does not say, and then each fragment applies by the
 *   type that it stands in.
 */
export function collectFields(
  { schema, fragments, conditions, names, removed }: SelectionRules,
  selections: readonly ScopedSelection[],
  runtimeType: GraphQLCompositeType | undefined,
): readonly CollectedField[] {
  const fields = new Map<string, CollectedField>();

  const addField = (
    node: FieldNode,
    { scope, isRemoved: isBelowRemoved }: ScopedSelection,
    parent: GraphQLCompositeType,
  ): void => {
    const isRemoved = isBelowRemoved || removed.has(node);
    const responseName = node.alias?.value ?? node.name.value;
    const type = fieldType(schema, scope, node.name.value);
    let field = fields.get(responseName);
    if (!field) {
      field = {
        responseName,
        key: names.of(node),
        name: node.name.value,
        parent,
        type,
        isRemoved,
        nodes: [],
        selections: [],
      };
      fields.set(responseName, field);
    } else if (field.type && type) {
      field.type = strictest(field.type, type);
    }
    field.isRemoved &&= isRemoved;
    field.nodes.push(node);
    if (!node.selectionSet || !type) return;
    let named: GraphQLOutputType = type;
    while (isListType(named) || isNonNullType(named)) named = named.ofType;
    if (isCompositeType(named)) {
      field.selections.push({ selectionSet: node.selectionSet, scope: named, isRemoved });
    }
  };

  const collect = (scoped: ScopedSelection, parent: GraphQLCompositeType): void => {
    for (const selection of scoped.selectionSet.selections) {
      if (!isIncluded(conditions, selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        addField(selection, scoped, parent);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      if (!fragment.typeCondition) {
        collect({ ...scoped, selectionSet: fragment.selectionSet }, parent);
        continue;
      }
      const condition = schema.getType(fragment.typeCondition.name.value);
      if (isCompositeType(condition) && isSubtype(schema, condition, runtimeType ?? scoped.scope)) {
        collect({ ...scoped, selectionSet: fragment.selectionSet, scope: condition }, condition);
      }
    }
  };

  for (const selection of selections) collect(selection, runtimeType ?? selection.scope);
  return [...fields.values()];
}
