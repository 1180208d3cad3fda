/** An event as the history has it. */
import type { DomainEvent, EventType } from '../../../platform/events/envelope.js';

export type HistoryEvent = {
  [Type in EventType]: Pick<
    DomainEvent<Type>,
    'id' | 'type' | 'aggregateId' | 'aggregateVersion' | 'occurredAt' | 'data'
  >;
}[EventType];
