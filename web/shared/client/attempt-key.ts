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

/** Unanswered attempts whose keys are remembered; the oldest is forgotten first. */
const MOST_UNANSWERED = 100;

/** As `AttemptKey`, for attempts side by side: each intent has its key until it was answered, whatever was attempted in between. */
export class AttemptKeys {
  readonly #make: () => string;
  readonly #keys = new Map<string, string>();

  constructor(make: () => string) {
    this.#make = make;
  }

  /** @param intent all that the input says beside its key. */
  of(intent: object): string {
    const text = JSON.stringify(intent);
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined && this.#keys.size === MOST_UNANSWERED) this.#keys.delete(oldest);
    const key = this.#make();
    this.#keys.set(text, key);
    return key;
  }

  answered(intent: object): void {
    this.#keys.delete(JSON.stringify(intent));
  }
}
