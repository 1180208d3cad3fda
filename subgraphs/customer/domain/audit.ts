/** The audit trail: changes that were not a guest's own. */

/** Values by field, as JSON has them. */
type Fields = Readonly<Record<string, unknown>>;

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** Whose account may be gone by now. */
  readonly actorId: string;
  /** The mutation. */
  readonly action: string;
  /** What was changed, by its GraphQL type and id. */
  readonly entityType: string;
  readonly entityId: string;
  /** Both null for what is the whole chain's. */
  readonly franchiseId: string | null;
  readonly outletId: string | null;
  /** The fields that changed; null for what was created. */
  readonly before: Fields | null;
  /** The fields that changed; null for what was removed. */
  readonly after: Fields | null;
  /** Where the request came from. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** What to search for; null for anything. */
export interface AuditFilter {
  readonly outletId: string | null;
  readonly franchiseId: string | null;
  readonly actorId: string | null;
  readonly entityId: string | null;
  readonly action: string | null;
  /** Both included. */
  readonly from: Date | null;
  readonly to: Date | null;
}
