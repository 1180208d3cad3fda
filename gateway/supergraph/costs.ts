/** What a supergraph says of the cost of its fields: `@cost` and `@listSize` (cost/v0.1), whatever its `@link` calls them. */
import { baseType, type Schema } from '@apollo/federation-internals';
import { spreadToAbstractTypes } from './abstract-costs.js';
import { type ListSize, listSizeOf } from './list-size.js';

const COST_IDENTITY = 'https://specs.apollo.dev/cost';

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
