/** The streams of all clients, so that they can be counted and moved on together. */
import type { Graph } from '../pipeline/graph.js';
import type { Stream } from './stream.js';

export class Streams {
  readonly #open = new Set<Stream>();

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
