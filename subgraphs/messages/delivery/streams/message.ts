/**
 * How a CloudEvent is put into a message: in structured mode, the body being the very bytes that webhooks receive, so that one parser reads both, with
 * attributes that consumers filter by as headers as well, which the bindings of CloudEvents allow.
 */
import type { StreamedEvent } from '../../domain/stream.js';

const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** @param prefix of attributes in the names of headers: that of the broker's binding. */
export function headersOf(event: StreamedEvent, prefix: 'ce-' | 'ce_'): Record<string, string> {
  return {
    'content-type': CONTENT_TYPE,
    [`${prefix}specversion`]: '1.0',
    [`${prefix}id`]: event.id,
    [`${prefix}type`]: event.type,
    [`${prefix}franchiseid`]: event.franchiseId,
    [`${prefix}outletid`]: event.outletId,
  };
}

/** Batches of which each has of every thing its next event alone. @param events of one thing in their order. */
export function inTurns(events: readonly StreamedEvent[]): StreamedEvent[][] {
  const turns: StreamedEvent[][] = [];
  const taken = new Map<string, number>();
  for (const event of events) {
    const turn = taken.get(event.aggregateId) ?? 0;
    taken.set(event.aggregateId, turn + 1);
    const others = turns[turn];
    if (others === undefined) turns.push([event]);
    else others.push(event);
  }
  return turns;
}
