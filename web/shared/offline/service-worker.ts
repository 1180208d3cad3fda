/**
 * Opens the shop's and the kitchen's pages without a network: each release stores its files when it is installed, and answers with them.
 * A new release waits until a page asks for it, so that no screen changes under somebody's hands. What is live is never answered here.
 */
export interface Release {
  /** Of its files. */
  readonly version: string;
  /** By their addresses. */
  readonly pages: readonly string[];
  readonly files: readonly string[];
}

interface Lasting extends Event {
  waitUntil(end: Promise<unknown>): void;
}

interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Scope {
  readonly location: Location;
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  skipWaiting(): Promise<void>;
}

/** The release, put in by the build. */
declare const RELEASE: Release;
declare const self: Scope;

const { version, pages, files } = RELEASE;
const PREFIX = 'kedai-screens-';
const name = PREFIX + version;
/** The release before is what other tabs still show: they may yet load parts of it. */
const RELEASES_STORED = 2;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll([...pages, ...files])));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOld());
});

self.addEventListener('message', ({ data }) => {
  if (data === 'activate') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && pages.includes(pathname)) event.respondWith(stored(request, pathname));
  else if (pathname.startsWith('/assets/')) event.respondWith(stored(request, request.url));
});

/** Files have their content's hash in their name, so those of any release are right; a page is of this one. */
async function stored(request: Request, key: string): Promise<Response> {
  const known = await caches.match(key, request.mode === 'navigate' ? { cacheName: name } : {});
  return known ?? fetch(request);
}

async function dropOld(): Promise<void> {
  const releases = (await caches.keys()).filter((key) => key.startsWith(PREFIX));
  const old = releases.filter((key) => key !== name).slice(0, -(RELEASES_STORED - 1));
  await Promise.all(old.map((key) => caches.delete(key)));
}
