/**
 * The graph in service, read from its file and read again when the file changes. A file that cannot be served leaves the
 * former graph in service and says why in the log; operations under way end on the graph that they began on.
 */
import { type StatsListener, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../../platform/config.js';
import type { Log } from '../../platform/log.js';
import type { ClientOptions } from '../clients/targets.js';
import { Graph, supergraphLoads } from './graph.js';

/** The graph in service, and word of the next one. */
export interface GraphSource {
  readonly current: Graph;
  /** Answers with how to stop listening. */
  onChange(listener: (graph: Graph) => void): () => void;
}

const LOOK_AGAIN_MILLISECONDS = 500;

export class WatchedGraph implements GraphSource {
  readonly #file: string;
  readonly #options: ClientOptions;
  readonly #log: Log;
  readonly #listeners = new Set<(graph: Graph) => void>();
  readonly #onStat: StatsListener = () => void this.#reload();
  #current: Graph;

  private constructor(file: string, options: ClientOptions, log: Log, graph: Graph) {
    this.#file = file;
    this.#options = options;
    this.#log = log;
    this.#current = graph;
  }

  /** @throws ConfigurationError when the file cannot be served. */
  static async open(file: string, options: ClientOptions, log: Log): Promise<WatchedGraph> {
    try {
      const watched = new WatchedGraph(file, options, log, new Graph(await readFile(file, 'utf8'), options));
      watchFile(file, { interval: LOOK_AGAIN_MILLISECONDS, persistent: false }, watched.#onStat);
      return watched;
    } catch (error) {
      throw new ConfigurationError(`The supergraph ${file} cannot be served: ${reasonOf(error)}`);
    }
  }

  get current(): Graph {
    return this.#current;
  }

  onChange(listener: (graph: Graph) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    unwatchFile(this.#file, this.#onStat);
    await this.#current.retire();
  }

  async #reload(): Promise<void> {
    try {
      const sdl = await readFile(this.#file, 'utf8');
      if (sdl === this.#current.supergraph.sdl) return;
      const former = this.#current;
      this.#current = new Graph(sdl, this.#options);
      supergraphLoads.inc({ outcome: 'served' });
      this.#log.info({ supergraph: this.#current.supergraph.id }, 'a new supergraph is in service');
      for (const listener of this.#listeners) listener(this.#current);
      await former.retire();
    } catch (error) {
      supergraphLoads.inc({ outcome: 'refused' });
      this.#log.error(
        { file: this.#file, error: reasonOf(error) },
        'the changed supergraph cannot be served',
      );
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
