/**
 * Opens the shop's and the kitchen's pages without a network: each release stores its files when it is installed, and answers with them.
 * A new release waits until a page asks for it, so that no screen changes under somebody's hands. What is live is never answered here.
 * What is pushed is shown as a notification, one of an order; a click opens that order.
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

interface Pushed extends Lasting {
  readonly data: { text(): string } | null;
}

interface Clicked extends Lasting {
  readonly notification: Notification;
}

interface Page {
  readonly url: string;
  postMessage(message: unknown): void;
  focus(): Promise<unknown>;
}

interface Scope {
  readonly location: Location;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: {
      readonly type: 'window';
      readonly includeUncontrolled: true;
    }): Promise<readonly Page[]>;
    openWindow(path: string): Promise<unknown>;
  };
  addEventListener(type: 'push', listener: (event: Pushed) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void;
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

self.addEventListener('push', (event) => {
  event.waitUntil(show(event.data?.text()));
});

self.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  event.waitUntil(open(pathIn(notification.data)));
});

/** Browsers demand that something is shown, so one that cannot be read is shown by the name alone. */
function show(pushed: string | undefined): Promise<void> {
  const { title, body, language, tag, path } = messageIn(pushed);
  const order = typeof tag === 'string' ? { tag, renotify: true } : {};
  return self.registration.showNotification(typeof title === 'string' ? title : 'Kedai', {
    ...(typeof body === 'string' ? { body } : {}),
    ...(typeof language === 'string' ? { lang: language } : {}),
    ...order,
    data: pathIn(path),
  });
}

function messageIn(pushed: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const message: unknown = JSON.parse(pushed ?? '');
    return typeof message === 'object' && message !== null ? { ...message } : {};
  } catch {
    return {};
  }
}

/** Of the shop, whatever was pushed. */
function pathIn(path: unknown): string {
  return typeof path === 'string' && path.startsWith('/shop?') ? path : '/shop';
}

/** In a page of the shop that is there already, without loading it again. */
async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const shop = windows.find(({ url }) => new URL(url).pathname === '/shop');
  if (shop === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  shop.postMessage({ open: path });
  await shop.focus();
}

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
