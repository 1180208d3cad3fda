/**
 * Who shares an upstream with whom. A subscription sends what is there first and changes after that, so a latecomer needs
 * a snapshot of its own: it gets an upstream of its own, and is moved over to the shared one once the two tell the same.
 *
 * They do when the latecomer's snapshot is through and both have just told the same event, or neither has told anything
 * for a while. Then nothing is lost and nothing told twice. Latecomers that come before their upstream has said anything
 * come together.
 */
import type { Log } from '../../platform/log.js';
import type { ExecutableOperation } from '../pipeline/planner.js';
import { Channel, type ChannelWatcher } from './channel.js';
import type { UpstreamListener } from './upstream.js';

export interface ChannelsOptions {
  /** After its first event, how long a snapshot is taken to last. Default 1 s. */
  readonly settleMilliseconds?: number;
  /** How long both must have been silent to be taken as even. Default 500 ms. */
  readonly quietMilliseconds?: number;
}

export class Channels {
  readonly #byKey = new Map<string, Topic>();
  readonly #log: Log;
  readonly #options: Required<ChannelsOptions>;

  constructor(log: Log, { settleMilliseconds = 1_000, quietMilliseconds = 500 }: ChannelsOptions = {}) {
    this.#log = log;
    this.#options = { settleMilliseconds, quietMilliseconds };
  }

  /** Answers with how to leave. */
  join(operation: ExecutableOperation, listener: UpstreamListener): () => void {
    const { shareKey = '' } = operation;
    let topic = this.#byKey.get(shareKey);
    if (topic === undefined) {
      topic = new Topic(this.#options, this.#log, () => this.#byKey.delete(shareKey));
      this.#byKey.set(shareKey, topic);
    }
    return topic.join(operation, listener);
  }

  /** How many upstreams are open. */
  get size(): number {
    return [...this.#byKey.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

/** The channels of one share key: the shared one, and those of latecomers. */
class Topic implements ChannelWatcher {
  #shared: Channel | undefined;
  readonly #late = new Set<Channel>();
  readonly #options: Required<ChannelsOptions>;
  readonly #log: Log;
  readonly #onEmpty: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: Required<ChannelsOptions>, log: Log, onEmpty: () => void) {
    this.#options = options;
    this.#log = log;
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#late.size + (this.#shared === undefined ? 0 : 1);
  }

  join(operation: ExecutableOperation, listener: UpstreamListener): () => void {
    const fresh = [this.#shared, ...this.#late].find((channel) => channel?.isFresh);
    const channel = fresh ?? this.#open(operation);
    const member = channel.join(listener);
    if (fresh === undefined) channel.open();
    return () => member.channel.leave(member);
  }

  onEvent(channel: Channel): void {
    if (this.#late.size === 0) return;
    if (channel === this.#shared) for (const late of this.#late) this.#mergeIfEven(late);
    else this.#mergeIfEven(channel);
    this.#lookAgainLater();
  }

  onClosed(channel: Channel): void {
    this.#late.delete(channel);
    if (this.#shared === channel) this.#shared = undefined;
    if (this.size > 0) return;
    clearTimeout(this.#timer);
    this.#onEmpty();
  }

  #open(operation: ExecutableOperation): Channel {
    const channel = new Channel(operation, this, this.#log);
    if (this.#shared === undefined && this.#late.size === 0) this.#shared = channel;
    else this.#late.add(channel);
    return channel;
  }

  #mergeIfEven(late: Channel): void {
    if (!this.#isThrough(late)) return;
    if (this.#shared === undefined) {
      this.#late.delete(late);
      this.#shared = late;
    } else if (this.#areEven(late, this.#shared)) {
      late.mergeInto(this.#shared);
    }
  }

  #isThrough({ firstEventAt }: Channel): boolean {
    return performance.now() - firstEventAt >= this.#options.settleMilliseconds;
  }

  #areEven(one: Channel, other: Channel): boolean {
    const quietSince = performance.now() - Math.max(one.lastEventAt, other.lastEventAt);
    return one.lastText === other.lastText || quietSince >= this.#options.quietMilliseconds;
  }

  #lookAgainLater(): void {
    if (this.#timer !== undefined || this.#late.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const late of this.#late) this.#mergeIfEven(late);
      this.#lookAgainLater();
    }, this.#options.quietMilliseconds);
    this.#timer.unref();
  }
}
