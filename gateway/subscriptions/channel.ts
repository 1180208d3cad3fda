/**
 * One upstream and whoever listens to it. Everybody who asks for the same thing on behalf of the same caller is told the
 * same events by one channel; how latecomers come to it is `channels.ts`'.
 */
import type { GraphQLError } from 'graphql';
import type { Log } from '../../platform/log.js';
import type { ExecutableOperation } from '../pipeline/planner.js';
import type { Frame } from './frame.js';
import { Upstream, type UpstreamListener } from './upstream.js';

/** A place among the listeners of a channel; the channel may become another. */
export interface Member {
  readonly listener: UpstreamListener;
  channel: Channel;
}

export interface ChannelWatcher {
  /** After every event. */
  onEvent(channel: Channel): void;
  /** When nobody listens any more, or the upstream has ended. */
  onClosed(channel: Channel): void;
}

export class Channel {
  /** Of the last event; undefined before the first. */
  lastText: string | undefined;
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
        event: (frame) => this.#tell(frame),
        complete: () => this.#end((listener) => listener.complete()),
        fail: (errors: readonly GraphQLError[]) => this.#end((listener) => listener.fail(errors)),
      },
      log,
    );
  }

  open(): void {
    this.#upstream.open();
  }

  /** Whether nothing has been told yet: who joins now misses nothing. */
  get isFresh(): boolean {
    return this.lastText === undefined;
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

  /** Every listener goes on with another channel, and this one ends. */
  mergeInto(other: Channel): void {
    for (const member of this.#members) {
      member.channel = other;
      other.#members.add(member);
    }
    this.#members.clear();
    this.#close();
  }

  #tell(frame: Frame): void {
    const now = performance.now();
    this.firstEventAt = Math.min(this.firstEventAt, now);
    this.lastEventAt = now;
    this.lastText = frame.text;
    for (const { listener } of this.#members) listener.event(frame);
    this.#watcher.onEvent(this);
  }

  #end(tell: (listener: UpstreamListener) => void): void {
    const members = [...this.#members];
    this.#members.clear();
    this.#close();
    for (const { listener } of members) tell(listener);
  }

  #close(): void {
    this.#upstream.close();
    this.#watcher.onClosed(this);
  }
}
