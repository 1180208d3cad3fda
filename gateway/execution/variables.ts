/**
 * The client's variables. They travel on as the client gave them, since subgraphs apply their own defaults. Integers that a double
 * cannot hold arrive as BigInt: custom scalars such as `Long` keep every digit.
 */
import {
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { isJsonObject } from '../../platform/exact-json.js';
import type { Variables } from './types.js';

const SUGGESTION = / Did you mean [^?]*\?/g;

/** What is wrong with the variables, without suggestions of what the client might have meant. */
export function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): readonly GraphQLError[] {
  if (variableDefinitions.length === 0) return [];
  const { errors = [] } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 5 });
  return errors.map(({ message }) => requestError(ErrorCode.BAD_USER_INPUT, withoutSuggestions(message)));
}

/** In time that grows with the message's length alone: each suggestion begins before the last question mark, and so ends. */
function withoutSuggestions(message: string): string {
  const end = message.lastIndexOf('?') + 1;
  return message.slice(0, end).replace(SUGGESTION, '') + message.slice(end);
}

/** The variables, with every BigInt of a built-in type as that type takes it: digits for an ID, a number for the others. */
export function withBuiltInIntegers(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): Variables {
  if (!Object.values(variables).some(hasBigInt)) return variables;
  const converted: Record<string, unknown> = { ...variables };
  for (const { variable, type } of variableDefinitions) {
    const name = variable.name.value;
    const inputType = typeFromAST(schema, type);
    if (isInputType(inputType) && Object.hasOwn(variables, name)) {
      converted[name] = withBuiltIns(variables[name], inputType);
    }
  }
  return converted;
}

function hasBigInt(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasBigInt);
}

function withBuiltIns(value: unknown, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return withBuiltIns(value, type.ofType);
  if (isListType(type)) {
    return Array.isArray(value)
      ? value.map((element) => withBuiltIns(element, type.ofType))
      : withBuiltIns(value, type.ofType);
  }
  if (isInputObjectType(type)) {
    if (!isJsonObject(value)) return value;
    const fields = type.getFields();
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const field = fields[name];
        return [name, field ? withBuiltIns(inner, field.type) : inner];
      }),
    );
  }
  if (typeof value !== 'bigint' || !isSpecifiedScalarType(type)) return value;
  return type.name === 'ID' ? String(value) : Number(value);
}
