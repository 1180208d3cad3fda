/**
 * Says what a `UserErrorCode` comes with in the language of the operation: `message` of every type of a schema that has such a `code`, of
 * `UserError` first of all.
 */
import { defaultFieldResolver, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import type { UserError } from '../errors.js';
import { boundLanguage } from '../language/bound-language.js';
import { translatedByCode } from '../language/translate.js';

/** The same schema; it is changed in place. */
export function localizeUserErrors(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const { code, message: field } = type.getFields();
    if (code === undefined || field === undefined || getNamedType(code.type).name !== 'UserErrorCode')
      continue;
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (error: Pick<UserError, 'code' | 'message'>, args, context: object, info) => {
      const language = boundLanguage(context);
      return language === undefined
        ? resolve(error, args, context, info)
        : translatedByCode(error.message, error.code, language);
    };
  }
  return schema;
}
