/** `@skip` and `@include`: whether a selection is included with given variables. */
import { type DirectiveNode, Kind, type OperationDefinitionNode } from 'graphql';

export interface Condition {
  /** The name of a variable, or the value as written. */
  readonly given: string | boolean;
  /** What the variable is where it is not given. */
  readonly fallback: boolean | undefined;
  readonly expected: boolean;
}

export type ConditionDefaults = ReadonlyMap<string, boolean>;

/** What an operation takes its conditions to be where their variables are not given. */
export function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): ConditionDefaults {
  return new Map(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value] as const] : [],
    ),
  );
}

export function conditionsOf(
  directives: readonly DirectiveNode[] | undefined,
  defaults: ConditionDefaults,
): readonly Condition[] {
  return (directives ?? []).flatMap(({ name, arguments: given = [] }): Condition[] => {
    if (name.value !== 'skip' && name.value !== 'include') return [];
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    const expected = name.value === 'include';
    if (value?.kind === Kind.BOOLEAN) return [{ given: value.value, fallback: undefined, expected }];
    if (value?.kind !== Kind.VARIABLE) return [];
    const variable = value.name.value;
    return [{ given: variable, fallback: defaults.get(variable), expected }];
  });
}

/** A variable that is not given, and has no default, holds. */
export function hold(
  conditions: readonly Condition[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ given, fallback, expected }) => {
    const value =
      typeof given === 'boolean' ? given : Object.hasOwn(variables, given) ? variables[given] : fallback;
    return typeof value !== 'boolean' || value === expected;
  });
}
