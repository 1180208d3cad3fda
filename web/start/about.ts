/** What `GET /about` and `/health/ready` say of this system. */
import { useEffect, useState } from 'react';

export interface About {
  readonly version: string;
  readonly hasExplorers: boolean;
  readonly demo:
    | {
        readonly outletId: string;
        readonly password: string;
        readonly accounts: readonly { readonly email: string; readonly role: string }[];
      }
    | undefined;
}

export type Health = 'ready' | 'notReady' | 'away' | undefined;

const HEALTH_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 2_000;

/** Undefined while it cannot be read. */
export function useAbout(): About | undefined {
  const [about, setAbout] = useState<About>();
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const known = await fetch('/about')
        .then((response) => (response.ok ? response.json() : undefined))
        .then(aboutIn, () => undefined);
      if (known === undefined) retry = setTimeout(read, RETRY_MILLISECONDS);
      else setAbout(known);
    };
    void read();
    return () => clearTimeout(retry);
  }, []);
  return about;
}

/** Undefined before the first answer. */
export function useHealth(): Health {
  const [health, setHealth] = useState<Health>();
  useEffect(() => {
    const read = () =>
      fetch('/health/ready').then(
        ({ ok }) => setHealth(ok ? 'ready' : 'notReady'),
        () => setHealth('away'),
      );
    void read();
    const timer = setInterval(read, HEALTH_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  return health;
}

function aboutIn(body: unknown): About | undefined {
  if (!isObject(body) || typeof body.version !== 'string') return undefined;
  return { version: body.version, hasExplorers: body.hasExplorers === true, demo: demoIn(body.demo) };
}

function demoIn(demo: unknown): About['demo'] {
  if (!isObject(demo) || !Array.isArray(demo.accounts)) return undefined;
  const accounts = demo.accounts.flatMap((one: unknown) =>
    isObject(one) && typeof one.email === 'string' ? [{ email: one.email, role: String(one.role) }] : [],
  );
  return { outletId: String(demo.outletId), password: String(demo.password), accounts };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
