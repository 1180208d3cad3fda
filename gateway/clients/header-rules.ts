/**
 * Passes headers and cookies of clients on to subgraphs elsewhere, and headers of their answers back, by rule; without a rule
 * nothing travels. Rules apply in order, each to all subgraphs or to those that it names. Requests carry them, streams over
 * server-sent events and the upgrade requests of WebSockets included; answers to streams give none back.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { withoutSessions } from './session-cookie-name.js';

/** Headers of one connection or one body, and those that the gateway sets itself. */
const RESERVED =
  /^(accept|accept-encoding|authorization|connection|content-.*|expect|host|keep-alive|proxy-.*|sec-websocket-.*|te|traceparent|tracestate|trailer|transfer-encoding|upgrade)$/;
const RESERVED_IN_ANSWERS =
  /^(access-control-.*|cache-control|connection|content-.*|date|keep-alive|proxy-.*|strict-transport-security|trailer|transfer-encoding|upgrade|vary|x-content-type-options|x-frame-options)$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const nameBut = (reserved: RegExp) =>
  z
    .string()
    .regex(TOKEN)
    .transform((name) => name.toLowerCase())
    .refine((name) => !reserved.test(name), { message: 'is a header that no rule may set' });
const subgraphs = z.array(z.string().min(1)).min(1).optional();
const value = z.string().regex(VALUE);

const requestRule = z.union([
  z.strictObject({
    propagate: nameBut(RESERVED),
    as: nameBut(RESERVED).optional(),
    default: value.optional(),
    subgraphs,
  }),
  z.strictObject({ propagateCookie: z.string().regex(TOKEN), subgraphs }),
  z.strictObject({ insert: nameBut(RESERVED), value, subgraphs }),
  z.strictObject({ remove: nameBut(RESERVED), subgraphs }),
]);

const responseRule = z.union([
  z.strictObject({
    propagate: nameBut(RESERVED_IN_ANSWERS),
    as: nameBut(RESERVED_IN_ANSWERS).optional(),
    /** Where several subgraphs answer. Default `last`. */
    merge: z.enum(['first', 'last', 'append']).optional(),
    subgraphs,
  }),
  z.strictObject({ insert: nameBut(RESERVED_IN_ANSWERS), value }),
  z.strictObject({ remove: nameBut(RESERVED_IN_ANSWERS) }),
]);

export const headerRulesSchema = z.strictObject({
  request: z.array(requestRule).default([]),
  response: z.array(responseRule).default([]),
});

export type HeaderRuleSettings = z.output<typeof headerRulesSchema>;

export class HeaderRules {
  readonly #request: HeaderRuleSettings['request'];
  readonly #response: HeaderRuleSettings['response'];

  constructor({ request, response }: HeaderRuleSettings) {
    this.#request = request;
    this.#response = response;
  }

  /** Whether responses may depend on a cookie, which browsers add to requests by themselves. */
  get forwardsCookies(): boolean {
    return this.#request.some(
      (rule) => 'propagateCookie' in rule || ('propagate' in rule && rule.propagate === 'cookie'),
    );
  }

  /** Whether responses carry headers of subgraphs, so that no two clients may share one. */
  get collects(): boolean {
    return this.#response.length > 0;
  }

  /** The headers that are passed on to a subgraph. */
  requestFor(subgraph: string, client: IncomingHttpHeaders): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const rule of this.#request) {
      if (rule.subgraphs !== undefined && !rule.subgraphs.includes(subgraph)) continue;
      if ('insert' in rule) headers[rule.insert] = rule.value;
      else if ('remove' in rule) delete headers[rule.remove];
      else if ('propagateCookie' in rule) addCookie(headers, rule.propagateCookie, client.cookie);
      else {
        const sent = textOf(client[rule.propagate]) ?? rule.default;
        if (sent !== undefined) headers[rule.as ?? rule.propagate] = sent;
      }
    }
    return headers;
  }

  /** Identifies what subgraphs receive of a client's headers: equal for clients that may share. */
  fingerprint(client: IncomingHttpHeaders): string {
    const sent = this.#request.map((rule) => {
      if ('propagate' in rule) return textOf(client[rule.propagate]) ?? null;
      return 'propagateCookie' in rule ? (cookieIn(client.cookie, rule.propagateCookie) ?? null) : null;
    });
    return JSON.stringify(sent);
  }

  /** Adds the headers of a subgraph's response that are passed back to those collected from others. */
  collect(subgraph: string, answer: IncomingHttpHeaders, into: Map<string, string[]>): void {
    for (const rule of this.#response) {
      if (!('propagate' in rule)) continue;
      if (rule.subgraphs !== undefined && !rule.subgraphs.includes(subgraph)) continue;
      const received = answer[rule.propagate];
      if (received === undefined) continue;
      const name = rule.as ?? rule.propagate;
      const values = typeof received === 'string' ? [received] : received;
      const before = into.get(name);
      // A cookie does not replace another.
      const merge = name === 'set-cookie' ? 'append' : (rule.merge ?? 'last');
      if (before === undefined || merge === 'last') into.set(name, values);
      else if (merge === 'append') into.set(name, [...before, ...values]);
    }
  }

  /** The headers of the response to a client. */
  responseOf(collected: ReadonlyMap<string, string[]>): Record<string, string | string[]> {
    const headers: Record<string, string | string[]> = {};
    for (const [name, values] of collected)
      headers[name] = name === 'set-cookie' ? values : values.join(', ');
    for (const rule of this.#response) {
      if ('insert' in rule) headers[rule.insert] = rule.value;
      else if ('remove' in rule) delete headers[rule.remove];
    }
    return headers;
  }
}

/** The headers of one client's request, and those collected for the response to it. */
export class ForwardedHeaders {
  readonly #rules: HeaderRules;
  readonly #client: IncomingHttpHeaders;
  readonly #collected = new Map<string, string[]>();

  constructor(rules: HeaderRules, client: IncomingHttpHeaders) {
    this.#rules = rules;
    const { cookie, ...others } = client;
    const left = withoutSessions(cookie);
    this.#client = left === cookie ? client : { ...others, ...(left !== undefined && { cookie: left }) };
  }

  get isShareable(): boolean {
    return !this.#rules.collects;
  }

  get fingerprint(): string {
    return this.#rules.fingerprint(this.#client);
  }

  requestFor(subgraph: string): Record<string, string> {
    return this.#rules.requestFor(subgraph, this.#client);
  }

  collect(subgraph: string, answer: IncomingHttpHeaders): void {
    this.#rules.collect(subgraph, answer, this.#collected);
  }

  get response(): Record<string, string | string[]> {
    return this.#rules.responseOf(this.#collected);
  }
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function cookieIn(cookies: string | undefined, name: string): string | undefined {
  return cookies
    ?.split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`));
}

function addCookie(headers: Record<string, string>, name: string, cookies: string | undefined): void {
  const cookie = cookieIn(cookies, name);
  if (cookie !== undefined)
    headers.cookie = headers.cookie === undefined ? cookie : `${headers.cookie}; ${cookie}`;
}
