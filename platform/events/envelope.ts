/** The envelope that every event travels in: what the subgraphs share of one another. */
import { newTraceparent, type TraceContext, traceIdOf } from '../trace.js';
import type { EventData } from './event-types.js';

export type EventType = keyof EventData;

export interface DomainEvent<Type extends EventType = EventType> {
  readonly id: string;
  readonly type: Type;
  /** Of the shape of `data`; raised by a change that existing consumers cannot read. */
  readonly version: number;
  /** The subgraph that publishes it. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly aggregateId: string;
  /** Order within the aggregate: a consumer that has applied a higher one drops this. */
  readonly aggregateVersion: number;
  readonly data: EventData[Type];
  readonly metadata: EventMetadata;
}

export interface EventMetadata extends Cause {
  /** The topic on the bus where each consumer confirms that it has applied the event; absent where no writer waits. */
  readonly confirmTo?: string;
}

/** Any event, discriminated by `type`. */
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
export interface Cause extends TraceContext {
  readonly correlationId: string;
}

/** The cause of what a request does: its trace, by whose id everything that follows is found. */
export function causeOf(context: TraceContext): Cause {
  return { ...context, correlationId: traceIdOf(context.traceparent) ?? context.traceparent };
}

/** The cause of what no request or event led to: work that runs by the clock. */
export function newCause(): Cause {
  return causeOf({ traceparent: newTraceparent() });
}
