/** The gateway as the commands use it: one person's operations, sent again while the gateway cannot be reached or asks to wait. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ConfigurationError } from '../../platform/config.js';

const TRIES = 6;
const FIRST_PAUSE_MILLISECONDS = 500;
const RETRIED_CODES: ReadonlySet<string> = new Set(['RATE_LIMITED', 'SUBGRAPH_UNAVAILABLE']);
/** An operation that is answered with one of them may have been executed all the same. */
const UNCERTAIN_CODES: ReadonlySet<string> = new Set(['SUBGRAPH_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Called where the account has a second factor: a code of it. */
  readonly code?: () => Promise<string>;
}

export const TOKEN_REFUSED = 'The access token is not accepted: sign in again, with --email.';

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }),
    )
    .optional(),
});
type Answer = z.infer<typeof answerSchema>;
type Failure = NonNullable<Answer['errors']>[number];

const userErrors = z.array(z.object({ code: z.string(), message: z.string() }));
const sessionSchema = z.object({
  session: z.object({ accessToken: z.string(), refreshToken: z.string() }).nullable(),
  userErrors,
});

export interface Operation<Schema extends z.ZodType> {
  /** The operation's one field. */
  readonly field: string;
  readonly shape: Schema;
  /**
   * Left out for what may be sent twice. Otherwise, what to do where it is not known whether the operation was executed, as a sentence: it
   * is not sent again then.
   */
  readonly afterLostAnswer?: string | undefined;
}

export class GatewayClient {
  readonly #url: string;
  readonly #signIn: () => Promise<Credentials>;
  #token: string | undefined;
  #refreshToken: string | undefined;

  /** @param token signed in already. @param signIn asked once, when there is no token. */
  constructor(url: string, token: string | undefined, signIn: () => Promise<Credentials>) {
    this.#url = url;
    this.#token = token;
    let given: Promise<Credentials> | undefined;
    this.#signIn = () => {
      given ??= signIn();
      return given;
    };
  }

  /** @returns the operation's one field. @throws ConfigurationError in words for the operator. */
  async execute<Schema extends z.ZodType>(
    { field, shape, afterLostAnswer }: Operation<Schema>,
    source: string,
    variables: object = {},
  ): Promise<z.output<Schema>> {
    let isRenewed = false;
    for (let tries = 1; ; tries += 1) {
      this.#token ??= await this.#newToken();
      const request = { source, variables, token: this.#token };
      const { data, errors = [] } = await this.#send(request, afterLostAnswer);
      const [error] = errors;
      if (error === undefined) return shape.parse(data?.[field]);
      const code = error.extensions?.code;
      if (afterLostAnswer !== undefined && code !== undefined && UNCERTAIN_CODES.has(code))
        throw new ConfigurationError(`${wordsOf(error)}. ${afterLostAnswer}`);
      if (code === 'UNAUTHENTICATED' && !isRenewed) {
        this.#token = undefined;
        isRenewed = true;
      } else if (code !== undefined && RETRIED_CODES.has(code) && tries < TRIES) await pause(tries);
      else throw new ConfigurationError(wordsOf(error));
    }
  }

  /** Access tokens end after minutes; a code of a second factor signs in once. */
  async #newToken(): Promise<string> {
    const refreshToken = this.#refreshToken;
    if (refreshToken !== undefined) {
      const { accessToken } = await this.#session('refreshSession', { refreshToken });
      if (accessToken !== undefined) return accessToken;
    }
    return this.#signedIn();
  }

  async #signedIn(): Promise<string> {
    const { email, password, code } = await this.#signIn();
    let answer = await this.#session('signIn', { email, password });
    if (code !== undefined && answer.faults.some((fault) => fault.code === 'SECOND_FACTOR_REQUIRED'))
      answer = await this.#session('signIn', { email, password, code: await code() });
    if (answer.accessToken !== undefined) return answer.accessToken;
    const why = [...answer.faults, ...answer.errors].map(({ message }) => message).join('; ');
    throw new ConfigurationError(`${email} cannot sign in at ${this.#url}: ${why}`);
  }

  async #session(field: 'signIn' | 'refreshSession', input: object) {
    const type = field === 'signIn' ? 'SignInInput' : 'RefreshSessionInput';
    const source = `mutation ($input: ${type}!) {
      ${field}(input: $input) { session { accessToken refreshToken } userErrors { code message } } }`;
    const { data, errors = [] } = await this.#send({ source, variables: { input } });
    const { data: answer } = sessionSchema.safeParse(data?.[field]);
    this.#refreshToken = answer?.session?.refreshToken;
    return { accessToken: answer?.session?.accessToken, faults: answer?.userErrors ?? [], errors };
  }

  async #send(
    { source, variables, token }: { source: string; variables: object; token?: string },
    afterLostAnswer?: string,
  ): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(this.#url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify({ query: source, variables }),
        });
        return answerSchema.parse(await response.json());
      } catch (error) {
        if (afterLostAnswer !== undefined && codeOf(error) !== 'ECONNREFUSED')
          throw new ConfigurationError(`${this.#url} gave no answer (${causeOf(error)}). ${afterLostAnswer}`);
        if (tries === TRIES) throw new ConfigurationError(unreachable(this.#url, error));
        await pause(tries);
      }
    }
  }
}

function pause(tries: number): Promise<void> {
  return delay(FIRST_PAUSE_MILLISECONDS * 2 ** (tries - 1));
}

function wordsOf({ message, extensions }: Failure): string {
  switch (extensions?.code) {
    case 'FORBIDDEN':
      return 'This account may not do that: head office imports what is the whole chain’s, others what is of their outlets.';
    case 'UNAUTHENTICATED':
      return TOKEN_REFUSED;
    default:
      return `The gateway refuses: ${message}`;
  }
}

function unreachable(url: string, error: unknown): string {
  return `${url} gives no answer (${causeOf(error)}). Is Kedai running there? --url says where else it is.`;
}

/** Of the system; undefined where it has none. */
function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
