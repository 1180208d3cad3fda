/** The shop's place in its address: `outlet`, `order` and `view`. A change is a step of the browser's history, so that "back" goes back. */
import { useSyncExternalStore } from 'react';

export type Place = { readonly [key in 'outlet' | 'order' | 'view']?: string | undefined };

/** What is named is set, or taken out where it is undefined; the rest of the address stays. */
export function go(place: Place): void {
  const address = new URL(location.href);
  for (const [key, value] of Object.entries(place)) {
    if (value === undefined) address.searchParams.delete(key);
    else address.searchParams.set(key, value);
  }
  if (address.href === location.href) return;
  history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

export function useParameter(name: keyof Place): string | undefined {
  return useSyncExternalStore(listen, () => new URLSearchParams(location.search).get(name)) ?? undefined;
}

function listen(listener: () => void): () => void {
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
}
