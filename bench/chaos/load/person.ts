/**
 * An account holder with a bad connection: sends operations over HTTP, distinguishes lost answers from refusals, and repeats
 * the same request until it is answered.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Tally } from '../tally.js';

const ANSWER_LIMIT_MILLISECONDS = 15_000;
const PAUSE_MILLISECONDS = 400;
/** Codes that leave the outcome unknown. */
const UNKNOWN_OUTCOMES = ['SUBGRAPH_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'RATE_LIMITED'];

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })).default([]),
});

/** The outcome is unknown. */
export class Unanswered extends Error {}

/** The operation was refused and had no effect. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export class Person {
  readonly #url: string;
  readonly #tally: Tally;
  readonly #email: string;
  readonly #password: string;
  #accessToken: string | undefined;

  constructor(options: { url: string; email: string; password: string; tally: Tally }) {
    this.#url = options.url;
    this.#email = options.email;
    this.#password = options.password;
    this.#tally = options.tally;
  }

  /** The field of one operation. @throws Unanswered, Refused */
  async execute<Answer>(answer: z.ZodType<Answer>, operation: string, variables: object): Promise<Answer> {
    this.#accessToken ??= await this.#signIn();
    try {
      return await this.#exchange(answer, operation, variables);
    } catch (error) {
      if (error instanceof Refused && error.code === 'UNAUTHENTICATED') {
        this.#accessToken = undefined;
        throw new Unanswered('The sign-in has ended');
      }
      throw error;
    }
  }

  /** Repeats the request until it is answered. @param until aborts the retries. @throws Unanswered, Refused */
  async executeUntilAnswered<Answer>(
    answer: z.ZodType<Answer>,
    operation: string,
    variables: object,
    until: AbortSignal,
  ): Promise<Answer> {
    for (;;) {
      try {
        return await this.execute(answer, operation, variables);
      } catch (error) {
        if (!(error instanceof Unanswered) || until.aborted) throw error;
        this.#tally.count('retried');
      }
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  async signUp(name: string): Promise<void> {
    const input = { email: this.#email, password: this.#password, name };
    const operation = 'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }';
    await this.#exchange(z.unknown(), operation, { input });
  }

  async #signIn(): Promise<string> {
    const operation =
      'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code } } }';
    const answer = z.object({ session: z.object({ accessToken: z.string() }) });
    const input = { email: this.#email, password: this.#password };
    return (await this.#exchange(answer, operation, { input })).session.accessToken;
  }

  async #exchange<Answer>(answer: z.ZodType<Answer>, query: string, variables: object): Promise<Answer> {
    const { data, errors } = answerSchema.parse(await this.#post({ query, variables }));
    const [error] = errors;
    if (error !== undefined) {
      const { code } = error.extensions;
      this.#tally.count(code);
      if (UNKNOWN_OUTCOMES.includes(code)) throw new Unanswered(error.message);
      throw new Refused(code, error.message);
    }
    return answer.parse(Object.values(data ?? {})[0]);
  }

  async #post(body: object): Promise<unknown> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(this.#accessToken === undefined ? {} : { authorization: `Bearer ${this.#accessToken}` }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_LIMIT_MILLISECONDS),
      });
      return await response.json();
    } catch (error) {
      this.#tally.count(lossOf(error));
      throw new Unanswered(String(error));
    }
  }
}

/** How an answer was lost: `no answer: ECONNREFUSED`, `no answer: TimeoutError`. */
function lossOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
  return `no answer: ${code ?? (cause instanceof Error ? cause.name : 'unknown')}`;
}
