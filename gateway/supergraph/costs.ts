/** What a supergraph says of the cost of its fields: `@cost` and `@listSize` (cost/v0.1), whatever its `@link` calls them. */
import {
  baseType,
  type FieldDefinition,
  type InterfaceType,
  isCompositeType,
  type ObjectType,
  type Schema,
  type UnionType,
} from '@apollo/federation-internals';

const COST_IDENTITY = 'https://specs.apollo.dev/cost';

/** Of a field without `@listSize`. */
export const ASSUMED_LIST_SIZE = 10;

/** What `@listSize` says of a field: how long its list may get. */
export interface ListSize {
  readonly assumedSize: number;
  /** Arguments that say how long the list may get; the largest given counts. */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that are the list; empty when the field itself is. */
  readonly sizedFields: readonly string[];
}

/** An interface or a union, and each field of an interface, costs what it does on the dearest of the possible objects. */
export interface CostView {
  /** By type name, `Type.field` (of input objects as well) or `Type.field(argument:)`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
  /** The input objects that have a weight in them, however deep. */
  readonly weightedInputs: ReadonlySet<string>;
}

export function readCosts(schema: Schema): CostView {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const feature = schema.coreFeatures?.getByIdentity(COST_IDENTITY);
  if (feature === undefined) return { weights, listSizes, weightedInputs: new Set() };
  const costName = feature.directiveNameInSchema('cost');
  const listSizeName = feature.directiveNameInSchema('listSize');

  const read = ({ coordinate, appliedDirectives }: Element): void => {
    for (const directive of appliedDirectives) {
      const given = directive.arguments();
      if (directive.name === costName && typeof given.weight === 'number')
        weights.set(coordinate, given.weight);
      if (directive.name === listSizeName) listSizes.set(coordinate, listSizeOf(given));
    }
  };
  for (const type of schema.types()) {
    read(type);
    if (type.kind === 'InputObjectType') for (const field of type.fields()) read(field);
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) {
      read(field);
      for (const argument of field.arguments()) read(argument);
    }
  }
  spreadToAbstractTypes(schema, weights, listSizes);
  return { weights, listSizes, weightedInputs: weightedInputsOf(schema, weights) };
}

function weightedInputsOf(schema: Schema, weights: ReadonlyMap<string, number>): ReadonlySet<string> {
  const found = new Set<string>();
  let before: number;
  do {
    before = found.size;
    for (const type of schema.inputTypes()) {
      const isWeighted = type
        .fields()
        .some(
          (field) => weights.has(field.coordinate) || (field.type && found.has(baseType(field.type).name)),
        );
      if (isWeighted) found.add(type.name);
    }
  } while (found.size > before);
  return found;
}

interface Element {
  readonly coordinate: string;
  readonly appliedDirectives: readonly {
    readonly name: string;
    arguments(): Readonly<Record<string, unknown>>;
  }[];
}

/**
 * Carries weights and list sizes from objects to the interfaces and unions that they are reached through: which object
 * answers is not known in advance, so the dearest counts, and every argument that slices one of them.
 */
function spreadToAbstractTypes(
  schema: Schema,
  weights: Map<string, number>,
  listSizes: Map<string, ListSize>,
): void {
  const takeDearest = (coordinate: string, ofObjects: readonly number[]): void => {
    const own = weights.get(coordinate);
    const all = own === undefined ? ofObjects : [own, ...ofObjects];
    if (all.length > 0) weights.set(coordinate, Math.max(...all));
  };
  const weightOf = ({ coordinate, type }: FieldDefinition<ObjectType>): number => {
    const returned = type && baseType(type);
    const unsaid = returned && isCompositeType(returned) ? 1 : 0;
    return weights.get(coordinate) ?? (returned && weights.get(returned.name)) ?? unsaid;
  };

  for (const type of [...schema.interfaceTypes(), ...schema.unionTypes()]) {
    takeDearest(
      type.name,
      objectsOf(type).map(({ name }) => weights.get(name) ?? 1),
    );
  }
  for (const type of schema.interfaceTypes()) {
    for (const field of type.fields()) {
      const fields = objectsOf(type).flatMap((object) => object.field(field.name) ?? []);
      takeDearest(field.coordinate, fields.map(weightOf));
      for (const { name, coordinate } of field.arguments()) {
        takeDearest(
          coordinate,
          fields.map((other) => weights.get(other.argument(name)?.coordinate ?? '') ?? 0),
        );
      }
      const size = largestSize(
        listSizes.get(field.coordinate),
        fields.map((other) => listSizes.get(other.coordinate)),
      );
      if (size !== undefined) listSizes.set(field.coordinate, size);
    }
  }
}

function objectsOf(type: InterfaceType | UnionType): readonly ObjectType[] {
  return type.kind === 'UnionType' ? type.types() : type.possibleRuntimeTypes();
}

/** @param given the directive's arguments. */
function listSizeOf({
  assumedSize,
  slicingArguments,
  sizedFields,
}: Readonly<Record<string, unknown>>): ListSize {
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : ASSUMED_LIST_SIZE,
    slicingArguments: namesOf(slicingArguments),
    sizedFields: namesOf(sizedFields),
  };
}

/**
 * Of an interface's field: as long as it gets on any of the possible objects, sliced by whatever slices one of them.
 *
 * @param own what the interface says; it goes for every object that says nothing.
 */
function largestSize(
  own: ListSize | undefined,
  ofObjects: readonly (ListSize | undefined)[],
): ListSize | undefined {
  const sizes = ofObjects.length > 0 ? ofObjects.map((size) => size ?? own) : [own];
  const known = [own, ...sizes].filter((size) => size !== undefined);
  if (known.length === 0) return undefined;
  return {
    assumedSize: Math.max(...sizes.map((size) => size?.assumedSize ?? ASSUMED_LIST_SIZE)),
    slicingArguments: [...new Set(known.flatMap((size) => size.slicingArguments))],
    sizedFields: [...new Set(known.flatMap((size) => size.sizedFields))],
  };
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
