/** The gateway as the commands use it: one person's operations, sent again while the gateway cannot be reached or asks to wait. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ConfigurationError } from '../../platform/config.js';

const TRIES = 6;
const FIRST_PAUSE_MILLISECONDS = 500;
const RETRIED_CODES: ReadonlySet<string> = new Set(['RATE_LIMITED', 'SUBGRAPH_UNAVAILABLE']);

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

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

const userErrors = z.array(z.object({ message: z.string() }));
const signInSchema = z.object({
  session: z.object({ accessToken: z.string() }).nullable(),
  userErrors,
});

export class GatewayClient {
  readonly #url: string;
  readonly #signIn: () => Promise<Credentials>;
  #token: string | undefined;

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

  /**
   * The operation's one field. It has to be one that may be sent twice.
   * @throws ConfigurationError in words for the operator.
   */
  async execute<Schema extends z.ZodType>(
    { field, shape }: { readonly field: string; readonly shape: Schema },
    source: string,
    variables: object = {},
  ): Promise<z.output<Schema>> {
    for (let tries = 1; ; tries += 1) {
      this.#token ??= await this.#newToken();
      const { data, errors = [] } = await this.#send(source, variables, this.#token);
      const [error] = errors;
      if (error === undefined) return shape.parse(data?.[field]);
      const code = error.extensions?.code;
      if (code === 'UNAUTHENTICATED' && tries === 1) this.#token = undefined;
      else if (code !== undefined && RETRIED_CODES.has(code) && tries < TRIES) await pause(tries);
      else throw new ConfigurationError(wordsOf(error));
    }
  }

  async #newToken(): Promise<string> {
    const input = await this.#signIn();
    const source =
      'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { message } } }';
    const { data, errors } = await this.#send(source, { input });
    const { data: signIn } = signInSchema.safeParse(data?.signIn);
    if (signIn?.session != null) return signIn.session.accessToken;
    const why = [...(signIn?.userErrors ?? []), ...(errors ?? [])].map(({ message }) => message).join('; ');
    throw new ConfigurationError(`${input.email} cannot sign in at ${this.#url}: ${why}`);
  }

  async #send(source: string, variables: object, token?: string): Promise<Answer> {
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
      return 'The access token is not accepted: sign in again, with --email.';
    default:
      return `The gateway refuses: ${message}`;
  }
}

function unreachable(url: string, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return `${url} gives no answer (${why}). Is Kedai running there? --url says where else it is.`;
}
