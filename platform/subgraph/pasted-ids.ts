/**
 * Ids in arguments and input fields, as people paste them. A UUID is recognised in capitals, without its dashes, as a URN
 * (RFC 9562), and between blanks, quotes or brackets; the answer has the canonical id. What is no UUID stays as it is and is
 * simply not found.
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

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Blanks, also invisible ones, quotes and brackets. */
const SURROUNDINGS = String.raw`[\s\p{Cf}\p{Pi}\p{Pf}\p{Ps}\p{Pe}"'\x60<>]*`;
const DASH = String.raw`\p{Pd}?`;
const UUID = new RegExp(
  `^${SURROUNDINGS}(?:urn:uuid:)?([0-9a-f]{8})${DASH}([0-9a-f]{4})${DASH}([0-9a-f]{4})${DASH}([0-9a-f]{4})${DASH}([0-9a-f]{12})${SURROUNDINGS}$`,
  'iu',
);

/** The canonical form of a UUID; any other text as it is. */
function normalizedId(id: string): string {
  if (CANONICAL.test(id)) return id;
  const parts = UUID.exec(id);
  return parts === null ? id : parts.slice(1).join('-').toLowerCase();
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
