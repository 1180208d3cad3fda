/**
 * One subscription of one client, over any transport. It outlives its graph: when the supergraph changes it is admitted and
 * opened again on the next one, from a snapshot.
 */
import { type GraphQLError, OperationTypeNode } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { Admission, OperationRequest } from '../pipeline/admission.js';
import type { Graph } from '../pipeline/graph.js';
import type { GraphSource } from '../pipeline/graph-in-service.js';
import type { OperationRunner } from '../pipeline/operation-runner.js';
import type { ExecutableOperation, OperationCaller, OperationPlanner } from '../pipeline/planner.js';
import { Refusal } from '../pipeline/refusal.js';
import type { Channels } from './channels.js';
import type { UpstreamListener } from './upstream.js';

export interface StreamServices {
  readonly graphs: GraphSource;
  readonly admission: Admission;
  readonly planner: OperationPlanner;
  readonly runner: OperationRunner;
  readonly streams: Streams;
  readonly channels: Channels;
}

/** The operation for its caller. @throws Refusal */
export async function readyOperation(
  { admission, planner }: Pick<StreamServices, 'admission' | 'planner'>,
  graph: Graph,
  request: OperationRequest,
  call: OperationCaller,
): Promise<ExecutableOperation> {
  return planner.ready(graph, admission.admit(graph, request), request.variables, call);
}

export class Stream {
  readonly #services: StreamServices;
  readonly #request: OperationRequest;
  readonly #call: OperationCaller;
  readonly #listener: UpstreamListener;
  #leave: (() => void) | undefined;
  #isClosed = false;

  constructor(
    services: StreamServices,
    request: OperationRequest,
    call: OperationCaller,
    listener: UpstreamListener,
  ) {
    this.#services = services;
    this.#request = request;
    this.#call = call;
    this.#listener = listener;
  }

  /** Starts to listen; on the next graph, where there is one by now. */
  open(operation: ExecutableOperation): void {
    if (operation.prepared.type !== OperationTypeNode.SUBSCRIPTION) {
      throw Refusal.of(ErrorCode.BAD_USER_INPUT, 'Only a subscription has a stream', { status: 400 });
    }
    const { graphs, streams, channels } = this.#services;
    if (operation.graph !== graphs.current) return void this.move(graphs.current);
    streams.add(this);
    this.#leave = channels.join(operation, {
      event: (frame) => this.#listener.event(frame),
      complete: () => {
        streams.delete(this);
        this.#listener.complete();
      },
      fail: (errors) => {
        streams.delete(this);
        this.#listener.fail(errors);
      },
    });
  }

  /** Stops listening for now. */
  pause(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  /** Listens again, a snapshot first, unless it was closed meanwhile. */
  resume(graph: Graph): Promise<void> {
    return this.#isClosed ? Promise.resolve() : this.move(graph);
  }

  /** Goes on from another graph; what is no longer allowed or possible there fails. */
  async move(graph: Graph): Promise<void> {
    try {
      await graph.during(async () => {
        const operation = await readyOperation(this.#services, graph, this.#request, this.#call);
        if (this.#isClosed) return;
        this.pause();
        this.open(operation);
      });
    } catch (error) {
      this.close();
      this.#listener.fail(error instanceof Refusal ? error.errors : [internalError()]);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#services.streams.delete(this);
    this.pause();
  }
}

function internalError(): GraphQLError {
  return requestError(ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error');
}

/** The open streams of all clients. */
export class Streams {
  readonly #open = new Set<Stream>();

  add(stream: Stream): void {
    this.#open.add(stream);
  }

  delete(stream: Stream): void {
    this.#open.delete(stream);
  }

  /** Moves every open stream to another graph. */
  async moveAll(graph: Graph): Promise<void> {
    await Promise.all([...this.#open].map((stream) => stream.move(graph)));
  }

  get size(): number {
    return this.#open.size;
  }
}
