/** A unit of work: a transaction whose events and live updates exist exactly if it commits. */
import type { BusPayload } from '../bus/bus.js';
import type { Cause, NewEvent } from './envelope.js';

export interface UnitOfWork<Transaction> {
  readonly tx: Transaction;
  readonly cause: Cause;
  /** Writes the event into the outbox, in this transaction. */
  emit(event: NewEvent): void;
  /** Publishes on the bus after the commit. */
  publish(topic: string, payload: BusPayload): void;
  /** The same work, its further events caused by something else. */
  causedBy(cause: Cause): UnitOfWork<Transaction>;
}

export interface WorkOptions {
  /**
   * Whether to resolve only when every live consumer of the events emitted has applied them, so that the caller's next request
   * finds them applied everywhere: at most 1 s after the commit, then it resolves all the same. Default false.
   */
  readonly awaitsApplication?: boolean;
}

/** What runs units of work: a subgraph's database. */
export interface UnitOfWorkRunner<Transaction> {
  work<Result>(
    cause: Cause,
    work: (work: UnitOfWork<Transaction>) => Promise<Result>,
    options?: WorkOptions,
  ): Promise<Result>;
}
