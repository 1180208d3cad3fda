/**
 * The link to the gateway, and how fresh what came over it is. Browsers see no protocol pings, so the client sends its own: a link
 * without an answer for `PING_MILLISECONDS + PONG_MILLISECONDS` is dead, and is opened again, at least every two seconds, until it is
 * there.
 */
import { type Client, createClient } from 'graphql-ws';
import { useSyncExternalStore } from 'react';
import { language } from '../text/language.js';

export type LinkState = 'live' | 'reconnecting' | 'stale';

export interface Link {
  readonly state: LinkState;
  /** When the link was last known to be alive, in milliseconds of `Date.now()`. */
  readonly aliveAt: number;
  /** How often the link was opened: what is shown is read again after each. */
  readonly opened: number;
}

const PING_MILLISECONDS = 3_000;
const PONG_MILLISECONDS = 3_000;
const STALE_AFTER_MILLISECONDS = 10_000;
const FIRST_WAIT_MILLISECONDS = 200;
const LONGEST_WAIT_MILLISECONDS = 2_000;

let link: Link = { state: 'reconnecting', aliveAt: Date.now(), opened: 0 };
const listeners = new Set<() => void>();
let pongTimer: ReturnType<typeof setTimeout> | undefined;
let staleTimer: ReturnType<typeof setTimeout> | undefined;
let endWait: (() => void) | undefined;

export const socket: Client = createClient({
  url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  connectionParams: () => ({ acceptLanguage: language }),
  // Open from the first moment: a screen says how its link is before it has asked for anything.
  lazy: false,
  onNonLazyError: () => undefined,
  keepAlive: PING_MILLISECONDS,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: waitToRetry,
  on: {
    connected: () => {
      clearTimeout(staleTimer);
      staleTimer = undefined;
      update({ state: 'live', aliveAt: Date.now(), opened: link.opened + 1 });
    },
    ping: (received) => {
      if (received) return;
      clearTimeout(pongTimer);
      pongTimer = setTimeout(() => socket.terminate(), PONG_MILLISECONDS);
    },
    pong: (received) => {
      if (!received) return;
      clearTimeout(pongTimer);
      link = { ...link, aliveAt: Date.now() };
    },
    message: () => {
      link = { ...link, aliveAt: Date.now() };
    },
    closed: lose,
  },
});

/** Opens the link again with the session's present cookie. */
export function reopen(): void {
  socket.terminate();
}

export function useLink(): Link {
  return useSyncExternalStore(subscribeToLink, presentLink);
}

export function subscribeToLink(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function presentLink(): Link {
  return link;
}

function lose(): void {
  clearTimeout(pongTimer);
  if (link.state === 'live') update({ ...link, state: 'reconnecting' });
  staleTimer ??= setTimeout(() => update({ ...link, state: 'stale' }), STALE_AFTER_MILLISECONDS);
}

function update(next: Link): void {
  link = next;
  for (const listener of listeners) listener();
}

/** With jitter, so that the screens of a chain do not all come back in the same moment; at once when the network is back. */
async function waitToRetry(retries: number): Promise<void> {
  const wait = Math.min(FIRST_WAIT_MILLISECONDS * 2 ** retries, LONGEST_WAIT_MILLISECONDS);
  await new Promise<void>((resolve) => {
    endWait = resolve;
    setTimeout(resolve, wait * (0.5 + Math.random() / 2));
  });
}

addEventListener('online', () => endWait?.());
addEventListener('offline', () => socket.terminate());
// A tab that slept has missed its timers: its link may be dead without anybody having noticed.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  if (link.state !== 'live') endWait?.();
  else if (Date.now() - link.aliveAt > PING_MILLISECONDS + PONG_MILLISECONDS) socket.terminate();
});
