/** `@skip` and `@include` as they stand in a document: whether a selection is asked for at all with given variables. */
import { type DirectiveNode, Kind } from 'graphql';

export interface Condition {
  /** The name of a variable, or the value as written. */
  readonly given: string | boolean;
  readonly expected: boolean;
}

export function conditionsOf(directives: readonly DirectiveNode[] = []): readonly Condition[] {
  return directives.flatMap(({ name, arguments: given = [] }): Condition[] => {
    if (name.value !== 'skip' && name.value !== 'include') return [];
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    const expected = name.value === 'include';
    if (value?.kind === Kind.BOOLEAN) return [{ given: value.value, expected }];
    return value?.kind === Kind.VARIABLE ? [{ given: value.name.value, expected }] : [];
  });
}

/** A variable that is not given, and has no default that is known here, holds. */
export function hold(
  conditions: readonly Condition[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ given, expected }) => {
    const value = typeof given === 'boolean' ? given : variables[given];
    return typeof value !== 'boolean' || value === expected;
  });
}
