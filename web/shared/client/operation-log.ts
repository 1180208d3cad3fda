/** Of each operation that the page runs: its text, variables and last latency, for "show operation". */
import { useSyncExternalStore } from 'react';
import { type Exchange, stringifyDocument } from 'urql';
import { pipe, tap } from 'wonka';

export interface OperationRecord {
  readonly name: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of the last answer, in milliseconds; of a subscription until its first event. */
  readonly latency: number | undefined;
}

const MOST_RECORDS = 100;
const records = new Map<string, OperationRecord>();
const startedAt = new Map<number, number>();
const listeners = new Set<() => void>();

export const timed: Exchange =
  ({ forward }) =>
  (operations) =>
    pipe(
      operations,
      tap(({ kind, key, query, variables }) => {
        if (kind === 'teardown') return void startedAt.delete(key);
        startedAt.set(key, performance.now());
        const name = nameIn(query);
        if (name !== undefined)
          record({ name, kind, text: stringifyDocument(query), variables: variables ?? {}, latency: undefined });
      }),
      forward,
      tap(({ operation }) => {
        const start = startedAt.get(operation.key);
        const name = nameIn(operation.query);
        const known = name === undefined ? undefined : records.get(name);
        if (start === undefined || known === undefined) return;
        startedAt.delete(operation.key);
        record({ ...known, latency: performance.now() - start });
      }),
    );

/** The last run of an operation of that name; undefined before the first. */
export function useOperationRecord(name: string): OperationRecord | undefined {
  return useSyncExternalStore(subscribe, () => records.get(name));
}

function record(one: OperationRecord): void {
  records.delete(one.name);
  records.set(one.name, one);
  const [oldest] = records.keys();
  if (records.size > MOST_RECORDS && oldest !== undefined) records.delete(oldest);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function nameIn(document: { readonly definitions: readonly { readonly kind: string }[] }): string | undefined {
  for (const definition of document.definitions)
    if ('name' in definition && isNamed(definition.name)) return definition.name.value;
  return undefined;
}

function isNamed(name: unknown): name is { readonly value: string } {
  return typeof name === 'object' && name !== null && 'value' in name && typeof name.value === 'string';
}
