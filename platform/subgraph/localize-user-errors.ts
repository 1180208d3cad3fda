/** Translates `message` of `UserError`, and of every type with a `code: UserErrorCode!`, into the language of the operation. */
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
    field.resolve = (error: Pick<UserError, 'code'>, args, context: object, info) => {
      const message: unknown = resolve(error, args, context, info);
      return typeof message === 'string'
        ? translatedByCode(message, error.code, boundLanguage(context))
        : message;
    };
  }
  return schema;
}
