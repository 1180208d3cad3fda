/**
 * Who is signed in on this browser, by the cookie of `/session`, which no script can read. Every tab follows. Until the gateway has
 * answered, and without a network, it is who was signed in last: the gateway judges each request by the cookie alone.
 */
import { useSyncExternalStore } from 'react';
import { language } from '../text/language.js';
import { presentLink, reopen, subscribeToLink } from './connection.js';

export interface Role {
  readonly role: 'CUSTOMER' | 'BARISTA' | 'MANAGER' | 'OWNER' | 'HQ';
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Undefined while it is being read. */
export type Session = { readonly person: Person | undefined } | undefined;

export interface SignInFailure {
  /** Of the gateway's codes, or `NETWORK`. */
  readonly code: string;
  readonly message: string;
}

const channel = new BroadcastChannel('kedai-session');
const listeners = new Set<() => void>();
let session: Session;
let isAsked = false;
/** Whether `session` is as it was stored, not as the gateway answered. */
let isAssumed = false;
const ROLES = new Set<unknown>(['CUSTOMER', 'BARISTA', 'MANAGER', 'OWNER', 'HQ']);
const STORAGE_KEY = 'kedai-person';
const RETRY_MILLISECONDS = 1_000;

let openings = 0;
let reading: Promise<void> | undefined;

channel.onmessage = () => void follow();
// The gateway closes the socket of a session that has ended elsewhere.
subscribeToLink(() => {
  const { opened } = presentLink();
  if (opened !== openings && openings > 0 && isAsked) void readSession();
  openings = opened;
});
assume();

export function useSession(): Session {
  return useSyncExternalStore(listen, () => session);
}

/** Undefined when it succeeded. @param code of the second factor, where one is demanded. */
export async function signIn(
  email: string,
  password: string,
  code?: string,
): Promise<SignInFailure | undefined> {
  const response = await request('POST', { email, password, ...(code === undefined ? {} : { code }) });
  if (response === undefined) return { code: 'NETWORK', message: '' };
  if (!response.ok) return failureOf(response);
  await change();
  return undefined;
}

export async function signOut(): Promise<void> {
  await request('DELETE');
  await change();
}

/** Also after an answer UNAUTHENTICATED: the session may have ended elsewhere. All that ask meanwhile share one reading. */
export function readSession(): Promise<void> {
  reading ??= read().finally(() => {
    reading = undefined;
  });
  return reading;
}

async function read(): Promise<void> {
  const response = await request('GET');
  if (response === undefined || (response.status !== 401 && !response.ok)) {
    if (session === undefined || isAssumed) setTimeout(() => void readSession(), RETRY_MILLISECONDS);
    return;
  }
  isAssumed = false;
  const body: unknown = response.ok ? await response.json() : undefined;
  const person = personIn(body);
  remember(person);
  if (session !== undefined && JSON.stringify(session.person) === JSON.stringify(person)) return;
  session = { person };
  for (const listener of listeners) listener();
}

function assume(): void {
  const person = personIn({ customer: remembered() });
  if (person === undefined) return;
  isAssumed = true;
  session = { person };
}

function remember(person: Person | undefined): void {
  try {
    if (person === undefined) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, JSON.stringify(person));
  } catch {
    // Nothing can be stored here: without a network nobody is signed in.
  }
}

function remembered(): unknown {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null');
  } catch {
    return undefined;
  }
}

async function change(): Promise<void> {
  await follow();
  channel.postMessage('changed');
}

/** A socket belongs to the session that it was opened with. */
async function follow(): Promise<void> {
  // A reading that is under way may have been answered before the change.
  await reading;
  await readSession();
  reopen();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (!isAsked) void readSession();
  isAsked = true;
  return () => listeners.delete(listener);
}

async function request(method: 'GET' | 'POST' | 'DELETE', body?: object): Promise<Response | undefined> {
  try {
    return await fetch('/session', {
      method,
      credentials: 'same-origin',
      // None on GET: it is the request that the page has begun already (`early-requests.ts`).
      ...(method !== 'GET' && {
        headers: {
          'accept-language': language,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    return undefined;
  }
}

async function failureOf(response: Response): Promise<SignInFailure> {
  const body: unknown = await response.json().catch(() => undefined);
  const errors = isObject(body) ? (body.userErrors ?? body.errors) : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  if (!isObject(first)) return { code: String(response.status), message: '' };
  const extensions = isObject(first.extensions) ? first.extensions : {};
  return {
    code: String(first.code ?? extensions.code ?? response.status),
    message: String(first.message ?? ''),
  };
}

function personIn(body: unknown): Person | undefined {
  if (!isObject(body) || !isObject(body.customer)) return undefined;
  const { id, name, roles } = body.customer;
  if (typeof id !== 'string' || typeof name !== 'string' || !Array.isArray(roles)) return undefined;
  return { id, name, roles: roles.filter(isRole) };
}

function isRole(value: unknown): value is Role {
  return isObject(value) && ROLES.has(value.role);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
