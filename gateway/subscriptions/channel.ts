/** One upstream and its listeners, which all receive the same events. `channels.ts` assigns listeners to channels. */
import type { GraphQLError } from 'graphql';
import type { Log } from '../../platform/log.js';
import type { ExecutableOperation } from '../pipeline/planner.js';
import type { Frame } from './frame.js';
import { Upstream, type UpstreamListener } from './upstream.js';

/** A listener and its current channel. */
export interface Member {
  readonly listener: UpstreamListener;
  channel: Channel;
}

export interface ChannelWatcher {
  /** After every event. */
  onEvent(channel: Channel, text: string): void;
  /** After the last listener has left or the upstream has ended. */
  onClosed(channel: Channel): void;
}

export class Channel {
  lastEventAt = 0;
  firstEventAt = Number.POSITIVE_INFINITY;
  readonly #members = new Set<Member>();
  readonly #upstream: Upstream;
  readonly #watcher: ChannelWatcher;

  constructor(operation: ExecutableOperation, watcher: ChannelWatcher, log: Log) {
    this.#watcher = watcher;
    this.#upstream = new Upstream(
      operation,
      {
        event: (frame) => this.#emit(frame),
        complete: () => this.#end((listener) => listener.complete()),
        fail: (errors: readonly GraphQLError[]) => this.#end((listener) => listener.fail(errors)),
      },
      log,
    );
  }

  open(): void {
    this.#upstream.open();
  }

  /** Whether no event has been emitted yet, so that a listener that joins now misses none. */
  get isFresh(): boolean {
    return this.firstEventAt === Number.POSITIVE_INFINITY;
  }

  /** Whether an event has been received and not emitted yet. */
  get isCompleting(): boolean {
    return this.#upstream.isCompleting;
  }

  get size(): number {
    return this.#members.size;
  }

  join(listener: UpstreamListener): Member {
    const member: Member = { listener, channel: this };
    this.#members.add(member);
    return member;
  }

  leave(member: Member): void {
    this.#members.delete(member);
    if (this.#members.size === 0) this.#close();
  }

  /** Moves every listener to another channel and closes this one. */
  mergeInto(other: Channel): void {
    for (const member of this.#members) {
      member.channel = other;
      other.#members.add(member);
    }
    this.#members.clear();
    this.#close();
  }

  #emit(frame: Frame): void {
    const now = performance.now();
    this.firstEventAt = Math.min(this.firstEventAt, now);
    this.lastEventAt = now;
    for (const { listener } of this.#members) listener.event(frame);
    this.#watcher.onEvent(this, frame.text);
  }

  #end(notify: (listener: UpstreamListener) => void): void {
    const members = [...this.#members];
    this.#members.clear();
    this.#close();
    for (const { listener } of members) notify(listener);
  }

  #close(): void {
    this.#upstream.close();
    this.#watcher.onClosed(this);
  }
}
