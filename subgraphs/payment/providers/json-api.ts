/**
 * JSON over HTTP to a provider, guarded. An answer that says nothing about the request itself (no connection, no answer, a
 * rejected key, 429, 5xx, no JSON) is `ProviderUnavailable`, and `ProviderUnreached` when no connection came about; the
 * adapter reads every other answer. Redirects are not followed.
 */
import { request as send } from 'undici';
import { ProviderUnavailable, ProviderUnreached } from './provider.js';
import { guardProvider, type ResilienceOptions } from './resilience.js';

export interface JsonApiOptions extends ResilienceOptions {
  readonly provider: string;
  readonly baseUrl: string;
  /** Basic authentication: this as the user name, no password. */
  readonly user: string;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, its segments encoded; the query with it. */
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export type JsonApi = (request: JsonRequest) => Promise<JsonAnswer>;

export function jsonApi(options: JsonApiOptions): JsonApi {
  const { provider } = options;
  const guard = guardProvider(provider, options);
  const baseUrl = options.baseUrl.replace(/\/$/, '');
  const authorization = `Basic ${Buffer.from(`${options.user}:`).toString('base64')}`;

  return ({ method, path, body, headers }) =>
    guard(async (signal) => {
      const { status, text } = await exchange(provider, `${baseUrl}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          authorization,
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal,
      });
      if (isOutage(status)) throw new ProviderUnavailable(`${provider} answered ${status}`);
      return { status, body: parse(provider, text) };
    });
}

/** Whether a status is about the provider or our account there, and not about the request. */
export function isOutage(status: number): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500;
}

/** Error codes of connections that never came about. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

async function exchange(
  provider: string,
  url: string,
  request: NonNullable<Parameters<typeof send>[1]>,
): Promise<{ status: number; text: string }> {
  try {
    const { statusCode, body } = await send(url, request);
    return { status: statusCode, text: await body.text() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const Outage = NO_CONNECTION.has(code) ? ProviderUnreached : ProviderUnavailable;
    throw new Outage(`${provider} cannot be reached`, { cause: error });
  }
}

function parse(provider: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderUnavailable(`${provider} answered with something other than JSON`);
  }
}
