/**
 * The variables that decide over `@skip` and `@include`. They are the one thing by which a run's shape can differ from
 * another run of the same operation.
 */
import { type DirectiveNode, type DocumentNode, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { ErrorCode, requestError } from '../../../platform/errors.js';
import type { Variables } from '../types.js';

export interface Conditions {
  /** Every variable used in an `if:`, in a fixed order. */
  readonly names: readonly string[];
  values(variables: Variables): ReadonlyMap<string, boolean>;
}

const NONE: ReadonlyMap<string, boolean> = new Map();

export function findConditions(document: DocumentNode, definition: OperationDefinitionNode): Conditions {
  const used = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) used.add(value.name.value);
    },
  });
  const defaults = new Map<string, boolean | undefined>();
  for (const { variable, defaultValue } of definition.variableDefinitions ?? []) {
    const name = variable.name.value;
    // What other operations of the document use and this one does not declare is not its own.
    if (used.has(name)) {
      defaults.set(name, defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : undefined);
    }
  }
  const names = [...defaults.keys()];
  return {
    names,
    values(variables) {
      if (names.length === 0) return NONE;
      return new Map(
        names.flatMap((name) => {
          const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
          const value = given === undefined ? defaults.get(name) : given;
          if (typeof value === 'boolean') return [[name, value] as const];
          // Missing where it may be: what it decides over was not planned.
          if (value === undefined) return [];
          throw requestError(
            ErrorCode.BAD_USER_INPUT,
            `Variable "$${name}" must be true or false where it is used.`,
          );
        }),
      );
    },
  };
}

/** What `@skip` and `@include` say. */
export function isIncluded(
  conditions: ReadonlyMap<string, boolean>,
  directives: readonly DirectiveNode[] = [],
): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const condition = given.find((argument) => argument.name.value === 'if')?.value;
    const value =
      condition?.kind === Kind.VARIABLE
        ? conditions.get(condition.name.value)
        : condition?.kind === Kind.BOOLEAN && condition.value;
    return name.value === 'include' ? value === true : value !== true;
  });
}
