/**
 * A value that a stream keeps up to date. The snapshot is read when the link opens, and after each time it was lost; events change it
 * in between. What it shows is never blanked while the link is away: it ages, and says so. An event after a pause is applied in the next
 * frame, many are applied ten times a second: faster is not seen, and would leave no time for taps. On a hidden page, which has no
 * frames, they are applied at once, as a tone may follow from them.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { type CombinedError, createRequest } from 'urql';
import { pipe, subscribe as run } from 'wonka';
import { client } from './client.js';
import { type LinkState, presentLink, subscribeToLink } from './connection.js';

export interface Live<State> {
  /** Undefined until the first snapshot. */
  readonly value: State | undefined;
  readonly freshness: LinkState | 'loading';
  /** When the value was last known to be true, in milliseconds of `Date.now()`. */
  readonly asOf: number;
  /** Why nothing can be shown: what one may not see, or a snapshot that failed. */
  readonly error: CombinedError | undefined;
}

export interface LiveSource<State, Snapshot, Event, SnapshotVariables, EventVariables> {
  /** Left out: the stream's first event is the snapshot. */
  readonly snapshot?: {
    readonly document: TypedDocumentNode<Snapshot, SnapshotVariables & AnyVariables>;
    /** A list: one snapshot for each, read into the same value one after the other. */
    readonly variables: SnapshotVariables | readonly SnapshotVariables[];
    /** @param before the value until now, of which newer versions stand. */
    readonly read: (snapshot: Snapshot, before: State | undefined) => State | undefined;
    /** Read again after so long, for what no event carries. Default: only when the link is back. */
    readonly everyMilliseconds?: number;
  };
  readonly stream: {
    readonly document: TypedDocumentNode<Event, EventVariables & AnyVariables>;
    /** A list: one stream for each, applied to the same value. */
    readonly variables: EventVariables | readonly EventVariables[];
    readonly apply: (state: State | undefined, event: Event) => State | undefined;
  };
}

const RETRY_MILLISECONDS = 2_000;
const APPLY_MILLISECONDS = 100;
const FINAL_CODES = new Set(['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED', 'BAD_USER_INPUT']);

/** @param key what the source depends on: another key begins again. Undefined: nothing is read. */
export function useLive<State, Snapshot, Event, SnapshotVariables, EventVariables>(
  key: string | undefined,
  source: LiveSource<State, Snapshot, Event, SnapshotVariables, EventVariables>,
): Live<State> {
  const latest = useRef(source);
  latest.current = source;
  const reader = useRef<Reader<State> | undefined>(undefined);
  reader.current ??= new Reader<State>();
  const { current } = reader;
  useEffect(() => {
    if (key === undefined) return;
    return current.start(() => latest.current);
  }, [key, current]);
  return useSyncExternalStore(current.listen, current.present);
}

class Reader<State> {
  #live: Live<State> = { value: undefined, freshness: 'loading', asOf: Date.now(), error: undefined };
  #events: ((state: State | undefined) => State | undefined)[] = [];
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #appliedAt = Number.NEGATIVE_INFINITY;
  readonly #listeners = new Set<() => void>();

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly present = (): Live<State> => this.#live;

  start<Snapshot, Event, SV, EV>(source: () => LiveSource<State, Snapshot, Event, SV, EV>): () => void {
    this.#set({ value: undefined, freshness: 'loading', error: undefined });
    let isStopped = false;
    let opened = 0;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let endStream: (() => void) | undefined;
    let reading = 0;

    const again = () => {
      clearTimeout(retry);
      if (!isStopped) retry = setTimeout(open, RETRY_MILLISECONDS);
    };
    const fail = (error: CombinedError) => {
      const isFinal = error.graphQLErrors.some(({ extensions }) => FINAL_CODES.has(String(extensions.code)));
      if (isFinal || this.#live.value === undefined) this.#set({ error });
      if (isFinal) return;
      if (this.#live.freshness === 'live') this.#set({ freshness: 'reconnecting' });
      again();
    };
    const read = async () => {
      const { snapshot } = source();
      if (snapshot === undefined) return;
      reading += 1;
      const turn = reading;
      const { document, variables } = snapshot;
      const answers = await Promise.all(
        listOf(variables).map((one) => client.query(document, one as SV & AnyVariables).toPromise()),
      );
      if (isStopped || turn !== reading) return;
      let { value } = this.#live;
      for (const { data, error } of answers) {
        if (data === undefined || data === null || error?.networkError !== undefined) {
          if (error !== undefined) fail(error);
          return;
        }
        value = source().snapshot?.read(data, value) ?? value;
      }
      this.#show(value);
    };
    const open = () => {
      endStream?.();
      const { stream } = source();
      const subscriptions = listOf(stream.variables).map((variables) =>
        pipe(
          client.executeSubscription<Event>(createRequest(stream.document, variables as EV & AnyVariables)),
          run(({ data, error }) => {
            if (isStopped) return;
            if (error !== undefined && (data === undefined || data === null)) return fail(error);
            if (data === undefined || data === null) return;
            this.#queue((state) => source().stream.apply(state, data));
          }),
        ),
      );
      endStream = () => {
        for (const subscription of subscriptions) subscription.unsubscribe();
      };
      void read();
    };
    const follow = () => {
      const link = presentLink();
      if (link.state === 'live' && link.opened !== opened) {
        const isFirst = opened === 0;
        opened = link.opened;
        // The socket resumes its streams by itself; only the snapshot is to be read again.
        if (!isFirst) void read();
      } else if (link.state !== 'live' && this.#live.value !== undefined) {
        this.#set({ freshness: link.state });
      }
    };
    open();
    const every = source().snapshot?.everyMilliseconds;
    const timer = every === undefined ? undefined : setInterval(() => void read(), every);
    const unfollow = subscribeToLink(follow);
    const hide = () => {
      if (document.hidden && this.#events.length > 0) this.#apply();
    };
    document.addEventListener('visibilitychange', hide);
    follow();
    return () => {
      isStopped = true;
      clearTimeout(retry);
      clearInterval(timer);
      endStream?.();
      unfollow();
      document.removeEventListener('visibilitychange', hide);
      this.#forgetFrame();
      this.#events = [];
    };
  }

  #queue(event: (state: State | undefined) => State | undefined): void {
    this.#events.push(event);
    if (document.hidden) this.#apply();
    else this.#timer ??= setTimeout(this.#awaitFrame, this.#appliedAt + APPLY_MILLISECONDS - performance.now());
  }

  readonly #awaitFrame = (): void => {
    this.#frame ??= requestAnimationFrame(this.#apply);
  };

  readonly #apply = (): void => {
    this.#forgetFrame();
    this.#appliedAt = performance.now();
    const events = this.#events;
    this.#events = [];
    let { value } = this.#live;
    for (const apply of events) value = apply(value);
    this.#show(value);
  };

  #forgetFrame(): void {
    clearTimeout(this.#timer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#timer = undefined;
    this.#frame = undefined;
  }

  #show(value: State | undefined): void {
    const { state, opened } = presentLink();
    // A snapshot comes by HTTP: it may be read while the socket, and with it every later change, is away.
    const freshness = opened === 0 ? 'live' : state;
    this.#set({ value, freshness, asOf: Date.now(), error: undefined });
  }

  #set(change: Partial<Live<State>>): void {
    this.#live = { ...this.#live, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function listOf<Variables>(variables: Variables | readonly Variables[]): readonly Variables[] {
  return isList(variables) ? variables : [variables];
}

function isList<Variables>(variables: Variables | readonly Variables[]): variables is readonly Variables[] {
  return Array.isArray(variables);
}
