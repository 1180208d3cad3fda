/**
 * The idempotency key of a payment's attempts. The same intent has the same key until an attempt was answered with a payment, so pressing
 * again after a lost answer takes no money twice; another intent, or the next payment, has a key of its own.
 */
export class AttemptKey {
  readonly #make: () => string;
  #current: { readonly intent: string; readonly key: string } | undefined;

  constructor(make: () => string) {
    this.#make = make;
  }

  /** @param intent all that the payment's input says beside its key. */
  of(intent: object): string {
    const text = JSON.stringify(intent);
    if (this.#current?.intent !== text) this.#current = { intent: text, key: this.#make() };
    return this.#current.key;
  }

  answered(): void {
    this.#current = undefined;
  }
}
