/** Which fields and arguments of a subgraph's schema there are, and which of them operations name, by schema coordinates. */
import {
  type GraphQLArgument,
  type GraphQLField,
  GraphQLID,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  isInputObjectType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * Such as `Query.orders`, `Query.orders(outletId:)`, `PlaceOrderInput.lines`. What federation adds is left out, and fields of inputs whose
 * values name nothing.
 */
export function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('_')) return [];
    if (isInputObjectType(type))
      return Object.values(type.getFields())
        .filter((field) => mayName(getNamedType(field.type)))
        .map(({ name }) => `${type.name}.${name}`);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields())
      .filter(({ name }) => !name.startsWith('_'))
      .flatMap((field) => coordinatesOfField(type.name, field));
  });
}

/** Whether a value of the type may name something: an id or a text, or what holds some. */
function mayName(type: GraphQLNamedType): boolean {
  return isInputObjectType(type) || type === GraphQLID || type === GraphQLString;
}

function coordinatesOfField(type: string, { name, args }: GraphQLField<unknown, unknown>): string[] {
  return [`${type}.${name}`, ...args.map((argument) => coordinateOfArgument(type, name, argument))];
}

function coordinateOfArgument(type: string, field: string, { name }: GraphQLArgument): string {
  return `${type}.${field}(${name}:)`;
}

export function coordinatesIn(schema: GraphQLSchema, sources: Iterable<string>): Set<string> {
  const named = new Set<string>();
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    Field() {
      const [parent, field] = [types.getParentType(), types.getFieldDef()];
      if (parent && field) named.add(`${parent.name}.${field.name}`);
    },
    Argument() {
      const [parent, field, argument] = [types.getParentType(), types.getFieldDef(), types.getArgument()];
      if (parent && field && argument) named.add(coordinateOfArgument(parent.name, field.name, argument));
    },
    ObjectField: ({ name }) => {
      const parent = types.getParentInputType();
      if (isInputObjectType(parent)) named.add(`${parent.name}.${name.value}`);
    },
  });
  for (const source of sources) visit(parse(source), visitor);
  return named;
}
