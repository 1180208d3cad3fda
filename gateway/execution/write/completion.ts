/**
 * Completing values into the client's JSON text, as "CompleteValue" of the GraphQL specification has it: checked against
 * their types, a null or a wrong value where the type forbids it spreading to the nearest place that allows null.
 *
 * A completer answers with the value's text: `null` for a value that is absent, and `FAILED` for one that was wrong, for
 * which an error stands already.
 */
import { GraphQLError } from 'graphql';
import { ErrorCode } from '../../../platform/errors.js';
import type { Run } from '../run/run.js';
import type { ResponsePath } from '../types.js';

export const NULL = 'null';
/** No text is empty, so this is none. */
export const FAILED = '';

export type Completer = (value: unknown, completion: Completion) => string;

const MAX_ERRORS = 1_000;

/** One completion of one answer. */
export class Completion {
  readonly run: Run;
  readonly errors: GraphQLError[] = [];
  /** Where the completion is; valid up to the depth of the completer that reads it. */
  readonly path: (string | number)[] = [];
  readonly #texts = new Map<Completer, Map<object, string>>();

  constructor(run: Run) {
    this.run = run;
  }

  fail(message: string, path: ResponsePath, code = ErrorCode.INTERNAL_SERVER_ERROR): void {
    if (this.errors.length >= MAX_ERRORS) return;
    this.errors.push(new GraphQLError(message, { path, extensions: { code } }));
  }

  /** The texts that a completer has made, by the object they were made from. */
  textsOf(completer: Completer): Map<object, string> {
    const known = this.#texts.get(completer);
    if (known) return known;
    const texts = new Map<object, string>();
    this.#texts.set(completer, texts);
    return texts;
  }
}

/**
 * Completes each shared object once. Its text is the same wherever it is shown in this place of the operation, unless
 * something in it was wrong: then every place needs an error of its own.
 */
export function rememberingShared(place: string, complete: Completer): Completer {
  const remembering: Completer = (value, completion) => {
    if (!completion.run.tree.shared.has(place) || typeof value !== 'object' || value === null) {
      return complete(value, completion);
    }
    const texts = completion.textsOf(remembering);
    const known = texts.get(value);
    if (known !== undefined) return known;
    const errors = completion.errors.length;
    const text = complete(value, completion);
    if (completion.errors.length === errors) texts.set(value, text);
    return text;
  };
  return remembering;
}
