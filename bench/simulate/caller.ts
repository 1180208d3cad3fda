/** A person at the gateway who stays signed in however long the day is: access tokens live for minutes. */
import { FrontEnd } from '../../tests/support/front-end.js';

const TOKEN_MILLISECONDS = 10 * 60_000;

export class Caller {
  readonly #signIn: () => Promise<FrontEnd>;
  #signedIn: Promise<FrontEnd> | null = null;
  #until = 0;

  constructor(url: string, email: string, password = 'kedai-demo') {
    this.#signIn = () => new FrontEnd(url).signIn(email, password);
  }

  /** @throws Error where it fails. */
  async execute<Data>(query: string, variables: object = {}): Promise<Data> {
    const frontEnd = await this.#frontEnd();
    return frontEnd.execute<Data>(query, variables);
  }

  async #frontEnd(): Promise<FrontEnd> {
    if (this.#signedIn === null || performance.now() >= this.#until) {
      this.#until = performance.now() + TOKEN_MILLISECONDS;
      this.#signedIn = this.#signIn();
      // One that failed is tried again by the next call.
      this.#signedIn.catch(() => {
        this.#until = 0;
      });
    }
    return this.#signedIn;
  }
}
