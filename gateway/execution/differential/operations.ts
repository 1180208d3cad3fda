/** Operations drawn from what a schema allows: every kind of field, fragment, argument, variable, condition. */
import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type OperationTypeNode,
} from 'graphql';

export interface GeneratedOperation {
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Text of a selection, with what it needs declared besides. */
interface Part {
  readonly text: string;
  readonly fragments: readonly string[];
  readonly variables: ReadonlyMap<string, { readonly type: string; readonly value: unknown }>;
}

type Drawn = fc.Arbitrary<Part>;

function part(text: string, ...from: readonly Part[]): Part {
  return {
    text,
    fragments: from.flatMap(({ fragments }) => fragments),
    variables: new Map(from.flatMap(({ variables }) => [...variables])),
  };
}

/** A literal, a variable, or a variable with a default that the client leaves out. */
function literal(type: GraphQLInputType): fc.Arbitrary<string> {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type))
    return fc.array(literal(type.ofType), { maxLength: 2 }).map((items) => `[${items.join(' ')}]`);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      ({ type: of }) => !isInputObjectType(getNamedType(of)),
    );
    return fc
      .subarray(fields)
      .chain((chosen) =>
        fc
          .tuple(...chosen.map(({ name, type: of }) => literal(of).map((text) => `${name}: ${text}`)))
          .map((given) => `{${given.join(' ')}}`),
      );
  }
  switch (type.name) {
    case 'Boolean':
      return fc.constantFrom('true', 'false');
    case 'Int':
      return fc.constantFrom('0', '1', '2');
    case 'Float':
      return fc.constantFrom('1.5', '2');
    default:
      return fc.constantFrom('"id:1"', '"id:2"', '"a \\"b\\" é"');
  }
}

class Drawing {
  readonly #schema: GraphQLSchema;
  readonly #selections = new Map<string, Drawn>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  #argument(name: string, type: GraphQLInputType): Drawn {
    const written = literal(type).map((text) => part(`${name}: ${text}`));
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (!isEnumType(nullable) && nullable.toString() !== 'Int' && nullable.toString() !== 'ID')
      return written;
    const value = isEnumType(nullable)
      ? nullable.getValues()[0]?.name
      : nullable.toString() === 'Int'
        ? 1
        : 'id:3';
    const variable = `v${type.toString().replace(/\W/g, '1')}`;
    const declared = new Map([[variable, { type: type.toString(), value }]]);
    return fc.oneof(
      written,
      fc.constant({ text: `${name}: $${variable}`, fragments: [], variables: declared }),
    );
  }

  #condition(): Drawn {
    const given = fc.constantFrom(
      ...(['skip', 'include'] as const).flatMap((name) => [
        part(` @${name}(if: true)`),
        part(` @${name}(if: false)`),
        ...(['yes', 'no', 'unset'] as const).map((which) => ({
          text: ` @${name}(if: $${which})`,
          fragments: [],
          variables: new Map([
            which === 'unset'
              ? [which, { type: 'Boolean = true', value: undefined }]
              : [which, { type: 'Boolean!', value: which === 'yes' }],
          ]),
        })),
      ]),
    );
    return fc.oneof({ weight: 8, arbitrary: fc.constant(part('')) }, { weight: 1, arbitrary: given });
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): Drawn {
    const type = getNamedType(field.type);
    const alias = fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('x: ', 'y: ', 'constructor: ', '__proto__: ') },
    );
    const args = fc.tuple(
      ...field.args.map((argument) =>
        isRequiredArgument(argument)
          ? this.#argument(argument.name, argument.type)
          : fc.oneof(fc.constant(part('')), this.#argument(argument.name, argument.type)),
      ),
    );
    const inner = isCompositeType(type) ? this.selection(type, depth - 1) : fc.constant(part(''));
    return fc.tuple(alias, args, this.#condition(), inner).map(([named, given, condition, selected]) => {
      const list = given
        .map(({ text }) => text)
        .filter(Boolean)
        .join(', ');
      return part(
        `${named}${field.name}${list && `(${list})`}${condition.text}${selected.text}`,
        ...given,
        condition,
        selected,
      );
    });
  }

  #fragment(type: GraphQLNamedOutputType, depth: number): Drawn {
    const overlapping = Object.values(this.#schema.getTypeMap()).filter(
      (other) =>
        isCompositeType(other) &&
        !other.name.startsWith('__') &&
        (other === type ||
          (isAbstractType(type) &&
            (isObjectType(other) || isInterfaceType(other)) &&
            this.#schema.isSubType(type, other)) ||
          (isAbstractType(other) &&
            (isObjectType(type) || isInterfaceType(type)) &&
            this.#schema.isSubType(other, type))),
    );
    return fc
      .tuple(fc.constantFrom(undefined, ...overlapping), fc.boolean(), this.#condition())
      .chain(([on, isNamed, condition]) =>
        this.selection(on && isCompositeType(on) ? on : type, depth).map((selected) => {
          if (!on || !isNamed)
            return part(`...${on ? ` on ${on}` : ''}${condition.text}${selected.text}`, condition, selected);
          const own = `on ${on}${selected.text}`;
          const name = `F${[...own].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, 7)}`;
          const merged = part(`...${name}${condition.text}`, condition, selected);
          return { ...merged, fragments: [...merged.fragments, `fragment ${name} ${own}`] };
        }),
      );
  }

  selection(type: GraphQLNamedOutputType, depth: number): Drawn {
    const key = `${type}:${depth}`;
    const known = this.#selections.get(key);
    if (known) return known;
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const reachable = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    const typename = fc.constantFrom(part('__typename'), part('t: __typename'));
    const one: fc.WeightedArbitrary<Part>[] = [{ weight: 2, arbitrary: typename }];
    for (const field of reachable) one.push({ weight: 3, arbitrary: this.#field(field, depth) });
    if (depth > 0) {
      one.push({ weight: isAbstractType(type) ? 15 : 4, arbitrary: this.#fragment(type, depth - 1) });
    }
    const drawn = fc
      .array(fc.oneof(...one), { minLength: 1, maxLength: 5 })
      .map((parts) => part(` { ${parts.map(({ text }) => text).join(' ')} }`, ...parts));
    this.#selections.set(key, drawn);
    return drawn;
  }
}

export function operations(schema: GraphQLSchema, type: OperationTypeNode): fc.Arbitrary<GeneratedOperation> {
  const root = schema.getRootType(type);
  if (!root) throw new TypeError(`The schema has no ${type} type`);
  return new Drawing(schema).selection(root, 4).map(({ text, fragments, variables }) => {
    const declared = [...variables].map(([name, { type: of }]) => `$${name}: ${of}`).join(', ');
    return {
      source: [`${type} Generated${declared && `(${declared})`}${text}`, ...new Set(fragments)].join('\n'),
      variables: Object.fromEntries(
        [...variables].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
      ),
    };
  });
}
