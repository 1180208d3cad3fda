/**
 * Progressive overrides: `@override(label: "percent(n)")` moves a field to its new subgraph for n of a hundred requests.
 * One draw decides over all the labels of a request, so that n of them make n + 1 plans of an operation and not 2ⁿ. Any
 * other label is for its owner to decide over, and not taken here: the field stays where it was.
 */
import type { Schema } from '@apollo/federation-internals';

export interface Override {
  readonly label: string;
  readonly percent: number;
}

const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

export function readOverrides(schema: Schema): readonly Override[] {
  const labels = new Set<string>();
  for (const type of schema.types()) {
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) {
      for (const applied of field.appliedDirectives) {
        const { overrideLabel } = applied.arguments();
        if (typeof overrideLabel === 'string') labels.add(overrideLabel);
      }
    }
  }
  return [...labels].flatMap((label) => {
    const percent = PERCENT.exec(label)?.[1];
    return percent === undefined ? [] : [{ label, percent: Number(percent) }];
  });
}

/**
 * The labels that hold for a request.
 *
 * @param draw from 0 up to, not including, 100.
 */
export function takenOverrides(overrides: readonly Override[], draw: number): readonly string[] {
  return overrides.filter(({ percent }) => draw < percent).map(({ label }) => label);
}
