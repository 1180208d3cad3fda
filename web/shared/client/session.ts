/** Who is signed in on this browser, by the cookie of `/session`, which no script can read. Every tab follows. */
import { useSyncExternalStore } from 'react';
import { language } from '../text/language.js';
import { reopen } from './connection.js';

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

channel.onmessage = () => void readSession();

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

/** Also after an answer UNAUTHENTICATED: the session may have ended elsewhere. */
export async function readSession(): Promise<void> {
  const response = await request('GET');
  if (response === undefined || (response.status !== 401 && !response.ok)) {
    if (session === undefined) setTimeout(() => void readSession(), 1_000);
    return;
  }
  const body: unknown = response.ok ? await response.json() : undefined;
  const person = personIn(body);
  if (session !== undefined && session.person?.id === person?.id) return;
  session = { person };
  for (const listener of listeners) listener();
}

async function change(): Promise<void> {
  await readSession();
  reopen();
  channel.postMessage('changed');
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
      headers: {
        'accept-language': language,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
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

const ROLES = new Set<unknown>(['CUSTOMER', 'BARISTA', 'MANAGER', 'OWNER', 'HQ']);

function isRole(value: unknown): value is Role {
  return isObject(value) && ROLES.has(value.role);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
