/** Who listens to which upstream. */
import type { Log } from '../../platform/log.js';
import type { Graph } from '../graph.js';
import type { ReadyOperation } from '../operations/run.js';
import type { Stream } from './stream.js';
import { Upstream, type UpstreamListener } from './upstream.js';

export class Streams {
  readonly #log: Log;
  readonly #open = new Set<Stream>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Answers with how to leave. */
  join(operation: ReadyOperation, listener: UpstreamListener): () => void {
    const upstream = new Upstream(operation, listener, this.#log);
    upstream.open();
    return () => upstream.close();
  }

  add(stream: Stream): void {
    this.#open.add(stream);
  }

  delete(stream: Stream): void {
    this.#open.delete(stream);
  }

  /** Every open stream goes on from another graph. */
  async moveAll(graph: Graph): Promise<void> {
    await Promise.all([...this.#open].map((stream) => stream.move(graph)));
  }

  get size(): number {
    return this.#open.size;
  }
}
