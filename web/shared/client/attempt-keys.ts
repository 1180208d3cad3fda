/**
 * The idempotency keys of attempts. The same intent has the same key until an attempt was answered, whatever was attempted in between, so
 * pressing again after a lost answer takes no money and makes nothing twice; another intent, or the next one that is alike, has a key of its own.
 */

/** Unanswered attempts whose keys are remembered; the oldest is forgotten first. */
const MOST_UNANSWERED = 100;

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
