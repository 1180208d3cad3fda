/**
 * Carries weights and list sizes from objects to the interfaces and unions that they are reached through: which object
 * answers is not known in advance, so the dearest counts, and every argument that slices one of them.
 */
import {
  baseType,
  type FieldDefinition,
  type InterfaceType,
  isCompositeType,
  type ObjectType,
  type Schema,
  type UnionType,
} from '@apollo/federation-internals';
import { type ListSize, largestSize } from './list-size.js';

export function spreadToAbstractTypes(
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
