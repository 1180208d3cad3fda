/**
 * Records changes for the audit trail: who changed what, from where, before and after. A record is an event of the change's own
 * transaction, so neither exists without the other; the customer subgraph consumes it into the trail (`auditLog`).
 *
 * Recorded is every change that is not a guest's own. Records name people by their ids and carry no secrets.
 */
import { isDeepStrictEqual } from 'node:util';
import { callerOf, type Identity } from '../identity/identity.js';
import type { Origin } from '../identity/origin.js';
import { newId } from '../ids.js';
import type { NewEvent } from './envelope.js';
import type { ChangedFields } from './event-types.js';
import type { UnitOfWork } from './unit-of-work.js';

/** The tenant of what is the whole chain's. */
export const CHAIN = { franchiseId: null, outletId: null } as const;

export interface Change {
  /** The mutation. */
  readonly action: string;
  /** What was changed, by its GraphQL type. */
  readonly entity: { readonly type: string; readonly id: string };
  /** Whose staff may read of it: `CHAIN` for head office alone. */
  readonly tenant: { readonly franchiseId: string | null; readonly outletId: string | null };
  /** Null for what was created. */
  readonly before: ChangedFields | null;
  /** Null for what was removed. */
  readonly after: ChangedFields | null;
}

export interface Actor {
  readonly identity: Identity;
  readonly origin?: Origin | undefined;
}

/** Of a change's fields those that differ are recorded; a change in which none differs makes no record. */
export function recordChange(work: Pick<UnitOfWork<unknown>, 'emit'>, actor: Actor, change: Change): void {
  const event = changeEvent(actor, change);
  if (event !== null) work.emit(event);
}

/** The record of a change, for statements that write their own outbox rows; null where nothing differs. */
export function changeEvent(actor: Actor, change: Change): NewEvent | null {
  const difference = differenceOf(change);
  return difference === null ? null : eventOf(actor, change, difference);
}

/** The record of what was created. */
export function creationEvent(actor: Actor, { after, ...change }: Omit<Change, 'before'>): NewEvent {
  return eventOf(actor, change, { before: null, after });
}

function eventOf(
  { identity, origin }: Actor,
  { action, entity, tenant: { franchiseId, outletId } }: Omit<Change, 'before' | 'after'>,
  difference: Pick<Change, 'before' | 'after'>,
): NewEvent {
  return {
    type: 'change.recorded',
    aggregateId: newId(),
    aggregateVersion: 1,
    data: {
      ...{ action, entity, franchiseId, outletId, ...difference },
      actorId: callerOf(identity),
      origin: origin ?? null,
    },
  };
}

function differenceOf({ before, after }: Change): Pick<Change, 'before' | 'after'> | null {
  if (before === null || after === null) return { before, after };
  const differs = (field: string) => !isDeepStrictEqual(before[field], after[field]);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(differs);
  return fields.length === 0 ? null : { before: only(fields, before), after: only(fields, after) };
}

function only(names: readonly string[], fields: ChangedFields): ChangedFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}
