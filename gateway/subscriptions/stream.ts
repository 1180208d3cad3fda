/**
 * One subscription of one client, over any transport. When the supergraph changes, it is admitted and opened again on the next
 * graph, from a snapshot. A slow reader of levels skips events: it is paused until it has read what was written, and then
 * resumed from a snapshot.
 */
import { type GraphQLError, Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { Admission, OperationRequest } from '../pipeline/admission.js';
import type { Caller } from '../pipeline/caller.js';
import type { Graph } from '../pipeline/graph.js';
import type { GraphSource } from '../pipeline/graph-in-service.js';
import type { OperationRunner } from '../pipeline/operation-runner.js';
import type { ExecutableOperation, OperationCaller, OperationPlanner } from '../pipeline/planner.js';
import { Refusal } from '../pipeline/refusal.js';
import type { Channels } from './channels.js';
import type { Frame } from './frame.js';
import type { UpstreamListener } from './upstream.js';

export interface StreamServices {
  readonly graphs: GraphSource;
  readonly admission: Admission;
  readonly planner: OperationPlanner;
  readonly runner: OperationRunner;
  readonly streams: Streams;
  readonly channels: Channels;
  /** The subscription fields of levels: each event supersedes those before it. */
  readonly conflatedSubscriptions: ReadonlySet<string>;
}

/** How fast a client reads. */
export interface Reader {
  readonly isSlow: boolean;
  /** Calls back once everything written so far has left; never where the connection closes first. */
  whenDrained(call: () => void): void;
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
  #call: OperationCaller;
  readonly #reader: Reader;
  readonly #listener: UpstreamListener;
  #leave: (() => void) | undefined;
  #isClosed = false;
  /** Of several under way, the last one counts. */
  #moves = 0;

  constructor(
    services: StreamServices,
    request: OperationRequest,
    call: OperationCaller,
    reader: Reader,
    listener: UpstreamListener,
  ) {
    this.#services = services;
    this.#request = request;
    this.#call = call;
    this.#reader = reader;
    this.#listener = listener;
  }

  /** Joins an upstream; on the next graph where that is in service by now. */
  open(operation: ExecutableOperation): void {
    if (operation.prepared.type !== OperationTypeNode.SUBSCRIPTION) {
      throw Refusal.of(ErrorCode.BAD_USER_INPUT, 'Only a subscription has a stream', { status: 400 });
    }
    const { graphs, streams, channels, conflatedSubscriptions } = this.#services;
    if (operation.graph !== graphs.current) return void this.move(graphs.current);
    streams.add(this);
    const isOfLevels = selectsOnly(conflatedSubscriptions, operation.prepared.definition);
    this.#leave = channels.join(operation, {
      event: isOfLevels ? (frame) => this.#conflate(frame) : (frame) => this.#listener.event(frame),
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

  /** An event is outdated by the time a slow client reads it: the snapshot after the pause supersedes it. */
  #conflate(frame: Frame): void {
    if (!this.#reader.isSlow) {
      this.#listener.event(frame);
      return;
    }
    this.#pause();
    this.#reader.whenDrained(() => {
      if (!this.#isClosed) void this.move(this.#services.graphs.current);
    });
  }

  /** Leaves the upstream until the stream is opened again. */
  #pause(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  /**
   * Goes on for the same person by a newer token. Where that may see other things, or goes upstream itself, the stream is opened again, and
   * fails where the token may not have it.
   */
  continueAs(caller: Caller): void {
    const before = this.#call.caller;
    if (before === caller) return;
    this.#call = { ...this.#call, caller };
    const graph = this.#services.graphs.current;
    if (graph.forwardsAuthorization || !maySeeTheSame(before, caller)) void this.move(graph);
  }

  /** Opens the stream again on a graph; it fails where the operation is no longer allowed or possible there. */
  async move(graph: Graph): Promise<void> {
    const call = this.#call;
    this.#moves += 1;
    const ordinal = this.#moves;
    const isSuperseded = () => ordinal !== this.#moves;
    try {
      await graph.during(async () => {
        const operation = await readyOperation(this.#services, graph, this.#request, call);
        if (this.#isClosed || isSuperseded()) return;
        this.#pause();
        this.open(operation);
      });
    } catch (error) {
      if (this.#isClosed || isSuperseded()) return;
      this.close();
      this.#listener.fail(error instanceof Refusal ? error.errors : [internalError()]);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#services.streams.delete(this);
    this.#pause();
  }
}

function maySeeTheSame(one: Caller, other: Caller): boolean {
  const rightsOf = ({ identity: { roles }, scopes }: Caller) =>
    JSON.stringify([roles.map((grant) => JSON.stringify(grant)).toSorted(), [...scopes].toSorted()]);
  return rightsOf(one) === rightsOf(other);
}

function selectsOnly(fields: ReadonlySet<string>, { selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && fields.has(selection.name.value),
  );
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

  /** Opens every stream again on another graph. */
  async moveAll(graph: Graph): Promise<void> {
    await Promise.all([...this.#open].map((stream) => stream.move(graph)));
  }

  get size(): number {
    return this.#open.size;
  }
}
