/**
 * Ids in arguments and input fields, as people paste them: blanks or braces around a UUID and capitals in it do not matter.
 * What is no UUID stays as it is and is simply not found.
 */
import {
  type GraphQLArgument,
  GraphQLID,
  type GraphQLInputField,
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

const UUID = /^\s*\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\s*$/i;

/** The canonical form of a UUID; any other text as it is. */
function normalizedId(id: string): string {
  return UUID.exec(id)?.[1]?.toLowerCase() ?? id;
}

const PASTED_ID = new GraphQLScalarType({
  ...GraphQLID.toConfig(),
  parseValue: (value) => normalizedId(GraphQLID.parseValue(value)),
  parseLiteral: (node, variables) => normalizedId(GraphQLID.parseLiteral(node, variables)),
});

/** The same schema, whose `ID` inputs are normalised when they are coerced; it is changed in place. */
export function acceptPastedIds(schema: GraphQLSchema): GraphQLSchema {
  const types = schema.getTypeMap();
  for (const type of Object.values(types)) {
    if (isInputObjectType(type)) Object.values(type.getFields()).forEach(accept);
    if (isObjectType(type)) for (const { args } of Object.values(type.getFields())) args.forEach(accept);
  }
  // Variables are coerced by the type of that name.
  types.ID = PASTED_ID;
  return schema;
}

function accept(input: GraphQLArgument | GraphQLInputField): void {
  input.type = accepting(input.type);
}

function accepting(type: GraphQLInputType): GraphQLInputType {
  if (type === GraphQLID) return PASTED_ID;
  if (isNonNullType(type)) return new GraphQLNonNull(nullable(accepting(type.ofType)));
  return isListType(type) ? new GraphQLList(accepting(type.ofType)) : type;
}

function nullable(type: GraphQLInputType) {
  return isNonNullType(type) ? type.ofType : type;
}
