/** The envelope that every event travels in, and the catalogue of event types: the language the subgraphs share. */
import type { EventData } from './event-types.js';

export type EventType = keyof EventData;

export interface DomainEvent<Type extends EventType = EventType> {
  readonly id: string;
  readonly type: Type;
  /** Of the shape of `data`; a change that old listeners cannot read raises it. */
  readonly version: number;
  /** The subgraph that tells it. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly aggregateId: string;
  /** Order within the aggregate: a listener that has seen a higher one drops this. */
  readonly aggregateVersion: number;
  readonly data: EventData[Type];
  readonly metadata: { readonly correlationId: string; readonly traceparent: string };
}

/** Any event, told apart by `type`. */
export type AnyEvent = { [Type in EventType]: DomainEvent<Type> }[EventType];

/** What a unit of work emits; the envelope's other fields are filled in when it is written. */
export type NewEvent = {
  [Type in EventType]: {
    readonly type: Type;
    readonly aggregateId: string;
    readonly aggregateVersion: number;
    readonly data: EventData[Type];
  };
}[EventType];

/** What caused a piece of work: carried from the request or the event before it. */
export interface Cause {
  readonly correlationId: string;
  readonly traceparent: string;
}
