/**
 * Shares one upstream subscription among equal subscribers. A subscription sends a snapshot first and then changes, so a late
 * joiner first gets an upstream, and thereby a snapshot, of its own. It moves to the shared upstream when both have emitted the
 * same event or have been idle for `quietMilliseconds`: no event is lost or repeated. Until that upstream has emitted anything,
 * further late joiners share it.
 */
import type { Log } from '../../platform/log.js';
import type { ExecutableOperation } from '../pipeline/planner.js';
import { Channel, type ChannelWatcher } from './channel.js';
import type { UpstreamListener } from './upstream.js';

export interface ChannelsOptions {
  /** How long a snapshot of several events may take. Default 1 s. */
  readonly settleMilliseconds?: number;
  /** How long both upstreams must be idle to count as being at the same event. Default 500 ms. */
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

  /** @returns how to leave. */
  join(operation: ExecutableOperation, listener: UpstreamListener): () => void {
    const { shareKey = '' } = operation;
    let topic = this.#byKey.get(shareKey);
    if (topic === undefined) {
      topic = new Topic(this.#options, this.#log, () => this.#byKey.delete(shareKey));
      this.#byKey.set(shareKey, topic);
    }
    return topic.join(operation, listener);
  }

  /** The number of open upstreams. */
  get size(): number {
    return [...this.#byKey.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

/** The channels of one share key: the shared one and those of late joiners. */
class Topic implements ChannelWatcher {
  #shared: Channel | undefined;
  readonly #late = new Map<Channel, Comparison>();
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
    const fresh = [this.#shared, ...this.#late.keys()].find((channel) => channel?.isFresh);
    const channel = fresh ?? this.#open(operation);
    const member = channel.join(listener);
    if (fresh === undefined) channel.open();
    return () => member.channel.leave(member);
  }

  onEvent(channel: Channel, text: string): void {
    if (this.#late.size === 0) return;
    if (channel === this.#shared) {
      for (const [late, comparison] of this.#late) {
        comparison.shared.add(text);
        this.#mergeIfEven(late, comparison);
      }
    } else {
      const comparison = this.#late.get(channel);
      comparison?.late.add(text);
      if (comparison) this.#mergeIfEven(channel, comparison);
    }
    this.#mergeLater();
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
    else this.#late.set(channel, new Comparison(this.#options.settleMilliseconds));
    return channel;
  }

  #mergeIfEven(late: Channel, comparison: Comparison): void {
    if (performance.now() - late.firstEventAt < this.#options.settleMilliseconds) return;
    if (this.#shared === undefined) {
      this.#late.delete(late);
      this.#shared = late;
      // The others were compared with the former shared channel.
      for (const other of this.#late.keys()) {
        this.#late.set(other, new Comparison(this.#options.settleMilliseconds));
      }
    } else if (comparison.isEven || this.#areIdle(late, this.#shared)) {
      late.mergeInto(this.#shared);
    } else if (comparison.isFull) {
      this.#late.set(late, new Comparison(this.#options.settleMilliseconds));
    }
  }

  #areIdle(one: Channel, other: Channel): boolean {
    const quietSince = performance.now() - Math.max(one.lastEventAt, other.lastEventAt);
    return !one.isCompleting && !other.isCompleting && quietSince >= this.#options.quietMilliseconds;
  }

  #mergeLater(): void {
    if (this.#timer !== undefined || this.#late.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const [late, comparison] of this.#late) this.#mergeIfEven(late, comparison);
      this.#mergeLater();
    }, this.#options.quietMilliseconds);
    this.#timer.unref();
  }
}

/**
 * Compares what two upstreams emit from its creation on. They are at the same event when both emitted it last and neither emitted
 * the same text before, since equal texts prove nothing where events repeat. One may lag behind the other by up to
 * `settleMilliseconds`, so events before that prove nothing either.
 */
class Comparison {
  readonly shared: Emitted;
  readonly late: Emitted;

  constructor(settleMilliseconds: number) {
    const provesFrom = performance.now() + settleMilliseconds;
    this.shared = new Emitted(provesFrom);
    this.late = new Emitted(provesFrom);
  }

  get isEven(): boolean {
    const { unique } = this.shared;
    return unique !== undefined && unique === this.late.unique;
  }

  /** Whether it is to be replaced, which bounds its memory. */
  get isFull(): boolean {
    return this.shared.isFull || this.late.isFull;
  }
}

const MAXIMUM_EVENTS = 1_000;
const MAXIMUM_CHARACTERS = 4 * 2 ** 20;

class Emitted {
  /** The last text, where it identifies the event. */
  unique: string | undefined;
  readonly #provesFrom: number;
  readonly #texts = new Set<string>();
  #count = 0;
  #characters = 0;

  constructor(provesFrom: number) {
    this.#provesFrom = provesFrom;
  }

  add(text: string): void {
    const proves = !this.isFull && !this.#texts.has(text) && performance.now() >= this.#provesFrom;
    this.unique = proves ? text : undefined;
    if (this.isFull) return;
    this.#count += 1;
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#characters += text.length;
  }

  get isFull(): boolean {
    return this.#count >= MAXIMUM_EVENTS || this.#characters >= MAXIMUM_CHARACTERS;
  }
}
