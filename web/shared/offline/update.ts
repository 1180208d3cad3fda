/** The service worker that opens this page without a network, and whether another release of the screens waits for its turn. */
import { useSyncExternalStore } from 'react';

const LOOK_MILLISECONDS = 30 * 60_000;

let waiting: ServiceWorker | undefined;
const listeners = new Set<() => void>();

/** Pages over plain http from another machine have no service workers: they work with the network alone. */
export async function workOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  if (registration === undefined) return;
  const look = () => {
    // The first release that is installed has nothing to replace.
    waiting = navigator.serviceWorker.controller === null ? undefined : (registration.waiting ?? undefined);
    for (const listener of listeners) listener();
  };
  look();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
  setInterval(() => void registration.update().catch(() => undefined), LOOK_MILLISECONDS);
}

/** Loads the page again with the release that waits; undefined while none does. */
export function useUpdate(): (() => void) | undefined {
  return useSyncExternalStore(listen, () => waiting) === undefined ? undefined : load;
}

function load(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting?.postMessage('activate');
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
