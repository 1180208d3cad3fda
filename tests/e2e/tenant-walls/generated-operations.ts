/**
 * Operations generated from a subgraph's schema: one for each root field of queries and subscriptions and each entity at
 * `_entities`, each selecting every field that can be selected, three objects deep. A new field is included by itself.
 */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  isUnionType,
} from 'graphql';
import { typeTag } from '../../../platform/ids.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DEPTH = 3;
/** Of each type, looked up one by one. */
const NODES = 3;

export interface GeneratedOperation {
  /** The root field, or the entity. */
  readonly name: string;
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Values for arguments by the argument's name, such as `outletId`, or by that and the field's type, such as `id:Order`. */
export type ArgumentValues = Readonly<Record<string, unknown>>;

export function rootOperations(
  schema: GraphQLSchema,
  kind: 'query' | 'subscription',
  values: ArgumentValues,
): GeneratedOperation[] {
  const root = kind === 'query' ? schema.getQueryType() : schema.getSubscriptionType();
  return Object.values(root?.getFields() ?? {})
    .filter(({ name }) => !name.startsWith('_'))
    .map((field) => ({
      name: field.name,
      source: `${kind} { ${fieldText(schema, field, values, DEPTH)} }`,
      variables: {},
    }));
}

/** Every entity of the schema, looked up by each of the given ids that is one of its type. */
export function entityOperations(
  schema: GraphQLSchema,
  ids: Iterable<string>,
  values: ArgumentValues,
): GeneratedOperation[] {
  const entity = schema.getType('_Entity');
  if (!isUnionType(entity)) return [];
  const all = [...ids];
  return entity.getTypes().map((type) => {
    const tag = typeTag(type.name);
    const selection = selectionText(schema, type, values, DEPTH);
    return {
      name: type.name,
      source: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type.name} { __typename ${selection} } } }`,
      variables: {
        representations: all
          .filter((id) => id.endsWith(tag))
          .slice(0, 20)
          .map((id) => ({ __typename: type.name, id })),
      },
    };
  });
}

/** Looks each id up by the supergraph's `node`. */
export function nodeOperations(
  schema: GraphQLSchema,
  ids: Iterable<string>,
  values: ArgumentValues,
): GeneratedOperation[] {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) return [];
  const all = [...ids];
  return schema.getPossibleTypes(node).flatMap((type) => {
    const selection = selectionText(schema, type, values, DEPTH);
    const ofType = all.filter((id) => id.endsWith(typeTag(type.name))).slice(0, NODES);
    return ofType.map((id) => ({
      name: `node of ${type.name}`,
      source: `query ($id: ID!) { node(id: $id) { __typename ... on ${type.name} { ${selection} } } }`,
      variables: { id },
    }));
  });
}

/** A mutation with all of its arguments as variables, that selects everything of its payload. */
export function mutationOperation(schema: GraphQLSchema, name: string, values: ArgumentValues): string {
  const { head, call, type } = mutationParts(schema, name);
  return `${head} { ${call} { ${selectionText(schema, type, values, DEPTH)} } }`;
}

/** A mutation with all of its arguments as variables. @param selection of its payload, beside the refusals. */
export function mutationText(schema: GraphQLSchema, name: string, selection: string): string {
  const { head, call } = mutationParts(schema, name);
  return `${head} { ${call} { ${selection} userErrors { code message } } }`;
}

function mutationParts(schema: GraphQLSchema, name: string) {
  const field = schema.getMutationType()?.getFields()[name];
  if (field === undefined) throw new Error(`There is no mutation ${name}`);
  // A subgraph's scalar of days has the name that its library gives it.
  const typeOf = (type: GraphQLInputType) => String(type).replace('LocalDate', 'Date');
  const variables = field.args.map((argument) => `$${argument.name}: ${typeOf(argument.type)}`).join(', ');
  const given = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  return { head: `mutation (${variables})`, call: `${name}(${given})`, type: getNamedType(field.type) };
}

function fieldText(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  values: ArgumentValues,
  depth: number,
): string {
  const type = getNamedType(field.type);
  const parameters = field.args.flatMap((argument) => {
    const ofAnyType = argument.name === 'id' ? undefined : values[argument.name];
    const value = values[`${argument.name}:${type.name}`] ?? ofAnyType;
    if (value !== undefined) return `${argument.name}: ${literal(argument.type, value)}`;
    return isRequiredArgument(argument) ? `${argument.name}: ${anyLiteral(argument.type)}` : [];
  });
  const selection = isLeafType(type) ? '' : ` { __typename ${selectionText(schema, type, values, depth)} }`;
  return `${field.name}${parameters.length === 0 ? '' : `(${parameters.join(', ')})`}${selection}`;
}

/** Empty for leaves. Fields of objects below the depth are left out. */
function selectionText(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  values: ArgumentValues,
  depth: number,
): string {
  if (isObjectType(type)) return fieldsText(schema, type, values, depth);
  if (!isInterfaceType(type) && !isUnionType(type)) return '';
  return schema
    .getPossibleTypes(type)
    .map(
      (possible) => `... on ${possible.name} { __typename ${fieldsText(schema, possible, values, depth)} }`,
    )
    .join(' ');
}

function fieldsText(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  values: ArgumentValues,
  depth: number,
): string {
  // Connections are looked through: they are lists, not things.
  const below = /(?:Connection|Edge|Payload)$/.test(type.name) ? depth : depth - 1;
  const fields = Object.values(type.getFields()).filter((field) => {
    const named = getNamedType(field.type);
    return isLeafType(named) || below > 0;
  });
  // An alias each, so that fields of one name and different types in several objects of an interface do not conflict.
  return fields
    .map((field) => `${type.name}_${field.name}: ${fieldText(schema, field, values, below)}`)
    .join(' ');
}

function literal(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return literal(type.ofType, value);
  if (Array.isArray(value))
    return `[${value.map((one) => literal(isListType(type) ? type.ofType : type, one)).join(', ')}]`;
  if (isListType(type)) return literal(type.ofType, value);
  if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    const fields = type.getFields();
    const members = Object.entries(value).flatMap(([name, member]) => {
      const field = fields[name];
      return field === undefined ? [] : `${name}: ${literal(field.type, member)}`;
    });
    return `{ ${members.join(', ')} }`;
  }
  // Enums of several types share an argument's name, and not all its values.
  if (isEnumType(type)) return type.getValue(String(value))?.name ?? anyLiteral(type);
  // Days and moments share their arguments' names.
  if (isScalarType(type) && /^DateTime/.test(type.name) && DAY.test(String(value)))
    return JSON.stringify(`${value}T00:00:00.000Z`);
  return JSON.stringify(value);
}

/** Some valid literal of the type. */
function anyLiteral(type: GraphQLInputType): string {
  if (isNonNullType(type)) return anyLiteral(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${required.map((field) => `${field.name}: ${anyLiteral(field.type)}`).join(', ')} }`;
  }
  switch (type.name) {
    case 'Int':
    case 'Float':
    case 'SafeInt':
      return '1';
    case 'Boolean':
      return 'true';
    case 'Date':
    case 'LocalDate':
      return `"${new Date().toISOString().slice(0, 10)}"`;
    case 'DateTime':
    case 'DateTimeISO':
      return `"${new Date().toISOString()}"`;
    default:
      return '"x"';
  }
}
