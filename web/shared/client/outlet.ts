/** The outlet of a screen: `?outlet=` of its address, which a choice changes; else the one where the person works. */
import { useSyncExternalStore } from 'react';
import type { Person } from './session.js';

const listeners = new Set<() => void>();

/** Undefined: none is chosen. */
export function useOutletId(person?: Person): string | undefined {
  const chosen = useSyncExternalStore(listen, () => new URLSearchParams(location.search).get('outlet'));
  return chosen ?? person?.roles.find(({ outletId }) => outletId !== null)?.outletId ?? undefined;
}

/** Undefined: all that the person may see. A step of the browser's history leads back. */
export function chooseOutlet(outletId: string | undefined): void {
  const address = new URL(location.href);
  if (outletId === undefined) address.searchParams.delete('outlet');
  else address.searchParams.set('outlet', outletId);
  history.pushState(null, '', address);
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}
