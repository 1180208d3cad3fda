/** What a browser does with cookies and origins, for tests: it stores what it is given, and sends it with every request to the host. */
import { Agent, request } from 'undici';
import { Peer } from '../../gateway/subscriptions/testing/peer.js';

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined where there is none. */
  readonly body: unknown;
}

type Sent = Readonly<Record<string, string>>;

export class Browser {
  readonly origin: string;
  readonly cookies: Map<string, string>;
  readonly #agent = new Agent();

  /** @param origin of the gateway and of the page. @param cookies of another tab of the same browser. */
  constructor(origin: string, cookies = new Map<string, string>()) {
    this.origin = origin;
    this.cookies = cookies;
  }

  /** @param headers in place of those that a page of the gateway's own origin sends. */
  async send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Sent = {},
  ): Promise<BrowserAnswer> {
    const answer = await request(`${this.origin}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(method === 'GET' ? {} : { origin: this.origin }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.cookieHeader,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.#store(answer.headers['set-cookie']);
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  signIn(email: string, password = 'kedai-demo', headers: Sent = {}): Promise<BrowserAnswer> {
    return this.send('POST', '/session', { email, password }, headers);
  }

  /** The whole answer of an operation. */
  execute(query: string, headers: Sent = {}): Promise<BrowserAnswer> {
    return this.send('POST', '/graphql', { query }, headers);
  }

  /** A socket as a page of this origin opens it. */
  socket(headers: Sent = {}): Peer {
    return new Peer(`${this.origin}/graphql`, undefined, {
      origin: this.origin,
      ...this.cookieHeader,
      ...headers,
    });
  }

  get cookieHeader(): Sent {
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    return cookies.length === 0 ? {} : { cookie: cookies.join('; ') };
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #store(given: string | string[] | undefined): void {
    for (const cookie of [given ?? []].flat()) {
      const [pair = '', ...attributes] = cookie.split('; ');
      const [name = '', value = ''] = pair.split('=');
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
