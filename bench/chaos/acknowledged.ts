/** What clients were told, and so must be true when all is over. */
export class Acknowledged {
  /** Idempotency key → the order answered with. */
  readonly placed = new Map<string, string>();
  readonly payments = new Map<string, string>();
  readonly refunds = new Map<string, string>();
  readonly disputes = new Map<string, string>();
  readonly redemptions = new Map<string, string>();
  readonly deliveries = new Map<string, string>();
  /** Reasons of counts, each of its own. */
  readonly counts = new Set<string>();
  /** Orders. */
  readonly cancelled = new Set<string>();
  /** `<order> <status>` */
  readonly steps = new Set<string>();
  /** `<shelf> <boot> <seq>` */
  readonly readings = new Set<string>();
  /** Keys that were answered with one object and later with another. */
  readonly changedMinds = new Set<string>();

  /** Remembers an answer to a key; the same as the first is all that may ever come. */
  keep(answers: Map<string, string>, key: string, id: string): void {
    const first = answers.get(key) ?? id;
    answers.set(key, first);
    if (first !== id) this.changedMinds.add(`${key}: ${first}, then ${id}`);
  }
}
