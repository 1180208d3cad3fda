/** The language of an operation, bound to its context for what is the same in every subgraph: the messages of errors. */
import type { Language } from './language.js';

const languages = new WeakMap<object, Language>();

/** @param language undefined where the client does not say. */
export function bindLanguage<Context extends object>(
  context: Context,
  language: Language | undefined,
): Context {
  if (language !== undefined) languages.set(context, language);
  return context;
}

export function boundLanguage(context: object): Language | undefined {
  return languages.get(context);
}
