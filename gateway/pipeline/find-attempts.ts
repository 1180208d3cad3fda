/** Finds the guarded fields of a mutation, and the accounts that they name as their subgraph is going to read them. */
import {
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  OperationTypeNode,
} from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import { variableErrors } from '../execution/variables.js';
import type { AttemptLimit } from './attempts.js';
import type { ValidatedOperation } from './operation-cache.js';
import { Refusal } from './refusal.js';
import { selectedFields } from './selected-fields.js';

export interface Attempt {
  readonly field: string;
  /** As the account is counted: how it is written makes no difference. */
  readonly account: string;
  readonly responseName: string;
  /** The response name of the field that shows success; undefined where it was not selected. */
  readonly succeeded: string | undefined;
}

type Document = Pick<ValidatedOperation, 'document' | 'definition'>;

/** None for an operation that attempts nothing. @throws Refusal (400) where an account cannot be read. */
export function attemptsOf(
  schema: GraphQLSchema,
  { definition, document }: Document,
  variables: Readonly<Record<string, unknown>>,
  limits: ReadonlyMap<string, AttemptLimit>,
): readonly Attempt[] {
  if (definition.operation !== OperationTypeNode.MUTATION) return [];
  const guarded = selectedFields(definition.selectionSet, document).filter(({ name }) =>
    limits.has(name.value),
  );
  if (guarded.length === 0) return [];
  const errors = variableErrors(schema, definition, variables);
  if (errors.length > 0) throw new Refusal(errors);
  const { variableDefinitions = [] } = definition;
  const { coerced = {} } = getVariableValues(schema, variableDefinitions, variables);
  return guarded.flatMap((field) => {
    const limit = limits.get(field.name.value);
    if (limit === undefined) return [];
    const successField = field.selectionSet
      ? selectedFields(field.selectionSet, document).find(({ name }) => name.value === limit.succeeded)
      : undefined;
    return {
      field: limit.field,
      account: accountOf(schema, field, limit, coerced),
      responseName: nameOf(field),
      succeeded: successField && nameOf(successField),
    };
  });
}

/** @param variables with their defaults. */
function accountOf(
  schema: GraphQLSchema,
  field: FieldNode,
  { account }: AttemptLimit,
  variables: Readonly<Record<string, unknown>>,
): string {
  let value = argumentsOf(schema, field, variables);
  for (const step of account) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === step)?.[1]
        : undefined;
  }
  if (typeof value === 'string') return value.trim().toLowerCase();
  const message = `${field.name.value} needs ${account.join('.')}`;
  throw Refusal.of(ErrorCode.BAD_USER_INPUT, message, { status: 400 });
}

/** Undefined for what is not what the field takes, such as null in place of a variable's default. */
function argumentsOf(
  schema: GraphQLSchema,
  field: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const definition = schema.getMutationType()?.getFields()[field.name.value];
  try {
    return definition && getArgumentValues(definition, field, variables);
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function nameOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
