/**
 * The idempotency key of attempts at one thing. The same intent has the same key until an attempt was answered, so pressing again after a
 * lost answer takes no money and makes nothing twice; another intent, or the next one that is alike, has a key of its own.
 */
export class AttemptKey {
  readonly #make: () => string;
  #current: { readonly intent: string; readonly key: string } | undefined;

  constructor(make: () => string) {
    this.#make = make;
  }

  /** @param intent all that the input says beside its key. */
  of(intent: object): string {
    const text = JSON.stringify(intent);
    if (this.#current?.intent !== text) this.#current = { intent: text, key: this.#make() };
    return this.#current.key;
  }

  answered(): void {
    this.#current = undefined;
  }
}
