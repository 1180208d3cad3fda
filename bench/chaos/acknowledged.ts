/** What clients were answered, and so must hold after the run. */
export class Acknowledged {
  /** Idempotency key → the id of the order in the answer. */
  readonly placed = new Map<string, string>();
  readonly payments = new Map<string, string>();
  readonly refunds = new Map<string, string>();
  readonly disputes = new Map<string, string>();
  readonly redemptions = new Map<string, string>();
  readonly deliveries = new Map<string, string>();
  /** A report of a payout → the id of its settlement. */
  readonly settlements = new Map<string, string>();
  /** Payments that such reports have lines of. */
  readonly paidOut = new Set<string>();
  /** Reasons of counts, each unique. */
  readonly counts = new Set<string>();
  /** Orders. */
  readonly cancelled = new Set<string>();
  /** `<order> <status>` */
  readonly steps = new Set<string>();
  /** `<shelf> <boot> <seq>` */
  readonly readings = new Set<string>();
  /** What a webhook subscribed to, and the ids of the events that were posted to it. */
  readonly webhook: {
    subscription: { readonly types: readonly string[]; readonly since: string } | undefined;
    readonly received: Set<string>;
    readonly unsigned: Set<string>;
  } = { subscription: undefined, received: new Set(), unsigned: new Set() };
  /** Keys that were answered with different objects. */
  readonly changedAnswers = new Set<string>();

  /** Records an answer to a key; every later answer must equal the first. */
  record(answers: Map<string, string>, key: string, id: string): void {
    const first = answers.get(key) ?? id;
    answers.set(key, first);
    if (first !== id) this.changedAnswers.add(`${key}: ${first}, then ${id}`);
  }
}
