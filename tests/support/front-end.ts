/** A client of Kedai: operations over HTTP, subscriptions over graphql-ws, signed in or anonymous. */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface Answer<Data> {
  readonly status: number;
  readonly data: Data | null;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
}

/** Events of a subscription, buffered from the start so that a test misses none. */
export interface Stream<Data> {
  readonly events: readonly Data[];
  readonly errors: readonly string[];
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

export class FrontEnd {
  readonly #url: string;
  readonly #accessToken: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param url of the gateway, such as http://localhost:4000/graphql
   * @param headers sent with every request over HTTP, and in the `connection_init` of a WebSocket.
   */
  constructor(url: string, accessToken?: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#accessToken = accessToken;
    this.#headers = headers;
  }

  /** The same front end, sending these headers too. */
  with(headers: Readonly<Record<string, string>>): FrontEnd {
    return new FrontEnd(this.#url, this.#accessToken, { ...this.#headers, ...headers });
  }

  /** The whole response, errors included. */
  async answer<Data>(query: string, variables: object = {}): Promise<Answer<Data>> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...this.#headers,
        ...(this.#accessToken === undefined ? {} : { authorization: `Bearer ${this.#accessToken}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const body: Partial<Answer<Data>> = JSON.parse(await response.text());
    return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
  }

  /** Executes an operation that must succeed, and returns its data. */
  async execute<Data>(query: string, variables: object = {}): Promise<Data> {
    const { data, errors, status } = await this.answer<Data>(query, variables);
    if (data === null || errors.length > 0)
      throw new Error(`HTTP ${status}: ${JSON.stringify(errors)} for ${query}`);
    return data;
  }

  /** The codes of the errors of an operation, in order. */
  async codes(query: string, variables: object = {}): Promise<string[]> {
    return (await this.answer(query, variables)).errors.map(({ extensions }) => extensions.code);
  }

  async signIn(email: string, password = 'kedai-demo'): Promise<FrontEnd> {
    const { signIn } = await this.execute<{
      signIn: { session: { accessToken: string } | null; userErrors: object[] };
    }>(
      `mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code message } } }`,
      { input: { email, password } },
    );
    if (signIn.session === null)
      throw new Error(`${email} could not sign in: ${JSON.stringify(signIn.userErrors)}`);
    return new FrontEnd(this.#url, signIn.session.accessToken);
  }

  subscribe<Data>(query: string, variables: Record<string, unknown> = {}): Stream<Data> {
    const client = createClient({
      url: this.#url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: {
        ...(this.#accessToken !== undefined && { authorization: `Bearer ${this.#accessToken}` }),
        ...(Object.keys(this.#headers).length > 0 && { headers: this.#headers }),
      },
      retryAttempts: 0,
    });
    const events: Data[] = [];
    const errors: string[] = [];
    const ended = new Promise<void>((resolve) => {
      client.subscribe<Data>(
        { query, variables },
        {
          next(result) {
            for (const error of result.errors ?? []) errors.push(error.message);
            if (result.data) events.push(result.data);
          },
          error(error) {
            errors.push(error instanceof Error ? error.message : JSON.stringify(error));
            resolve();
          },
          complete: resolve,
        },
      );
    });
    return { events, errors, ended, close: () => void client.dispose() };
  }
}
