/** What a supergraph says of the cost of its fields: `@cost` and `@listSize` (cost/v0.1), whatever its `@link` calls them. */
import type { Schema } from '@apollo/federation-internals';

const COST_IDENTITY = 'https://specs.apollo.dev/cost';

export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that say how long the list may get; the largest given counts. */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that are the list; empty when the field itself is. */
  readonly sizedFields: readonly string[];
}

export interface CostView {
  /** By type name, `Type.field` or `Type.field(argument:)`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

export function readCosts(schema: Schema): CostView {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const feature = schema.coreFeatures?.getByIdentity(COST_IDENTITY);
  if (feature === undefined) return { weights, listSizes };
  const costName = feature.directiveNameInSchema('cost');
  const listSizeName = feature.directiveNameInSchema('listSize');

  const read = (coordinate: string, applied: readonly Application[]): void => {
    for (const directive of applied) {
      const given = directive.arguments();
      if (directive.name === costName && typeof given.weight === 'number')
        weights.set(coordinate, given.weight);
      if (directive.name === listSizeName) listSizes.set(coordinate, listSizeOf(given));
    }
  };
  for (const type of schema.types()) {
    read(type.name, type.appliedDirectives);
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) {
      read(field.coordinate, field.appliedDirectives);
      for (const argument of field.arguments()) read(argument.coordinate, argument.appliedDirectives);
    }
  }
  return { weights, listSizes };
}

interface Application {
  readonly name: string;
  arguments(): Readonly<Record<string, unknown>>;
}

function listSizeOf({
  assumedSize,
  slicingArguments,
  sizedFields,
}: Readonly<Record<string, unknown>>): ListSize {
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
    slicingArguments: namesOf(slicingArguments),
    sizedFields: namesOf(sizedFields),
  };
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
