/** Which fields query plans select by themselves, besides those of the client: keys, what `@requires` names and what `@fromContext` takes. */
import type { Schema } from '@apollo/federation-internals';

/** The names of fields that plans may select by themselves. */
export interface PlannedFields {
  readonly names: ReadonlySet<string>;
  /** Those selected with arguments. */
  readonly withArguments: ReadonlySet<string>;
}

const NAME = /[_A-Za-z]\w*/g;
const CALLED = /([_A-Za-z]\w*)\s*\(/g;

/** Reads the field sets of the supergraph's `@join__type(key:)` and `@join__field(requires:, contextArguments:)`. */
export function plannedFields(schema: Schema): PlannedFields {
  const names = new Set(['__typename']);
  const withArguments = new Set<string>();
  const read = (fieldSet: unknown): void => {
    if (typeof fieldSet !== 'string') return;
    for (const [name] of fieldSet.matchAll(NAME)) names.add(name);
    for (const [, name] of fieldSet.matchAll(CALLED)) if (name) withArguments.add(name);
  };
  for (const type of schema.types()) {
    for (const applied of type.appliedDirectives) read(applied.arguments().key);
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) {
      for (const applied of field.appliedDirectives) {
        const { requires, contextArguments } = applied.arguments();
        read(requires);
        if (!Array.isArray(contextArguments)) continue;
        for (const { selection } of contextArguments) read(selection);
      }
    }
  }
  return { names, withArguments };
}
