/** The audit trail: `change.recorded` of every subgraph, this one included, becomes an entry. */

import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { AnyEvent, DomainEvent } from '../../../platform/events/envelope.js';
import type { AuditEntry } from '../domain/audit.js';
import { insertAuditEntries } from '../store/audit-entries.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'customer.audit-trail';
  return {
    name,
    types: ['change.recorded'],
    handle: idempotentBatch(
      database,
      name,
      (events, { tx }) => insertAuditEntries(tx, events.filter(isRecord).map(entryOf)),
      log,
    ),
  };
}

function isRecord(event: AnyEvent): event is DomainEvent<'change.recorded'> {
  return event.type === 'change.recorded';
}

function entryOf({ aggregateId, occurredAt, data }: DomainEvent<'change.recorded'>): AuditEntry {
  const { action, actorId, entity, franchiseId, outletId, before, after, origin } = data;
  return {
    ...{ id: aggregateId, at: new Date(occurredAt), actorId, action, franchiseId, outletId, before, after },
    entityType: entity.type,
    entityId: entity.id,
    address: origin?.address ?? null,
    userAgent: origin?.userAgent ?? null,
  };
}
