/**
 * Checks the client's variables against their definitions. They travel on as the client gave them (defaults are applied
 * where they are used), so this only says what is wrong, without naming what the client might have meant instead.
 */
import {
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { Variables } from './types.js';

const SUGGESTION = / Did you mean [^?]*\?/g;

export function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): readonly GraphQLError[] {
  if (variableDefinitions.length === 0) return [];
  const { errors = [] } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 5 });
  return errors.map(({ message }) => requestError(ErrorCode.BAD_USER_INPUT, message.replace(SUGGESTION, '')));
}
