/**
 * JSON over HTTP to a provider, guarded. What says nothing about the request itself (no connection, no answer, 429, 5xx,
 * no JSON) is `ProviderUnavailable`; every other answer is the adapter's to read.
 */
import { ProviderUnavailable } from './provider.js';
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
  /** Below the base URL, its segments encoded. */
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
      const request: RequestInit = {
        method,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          authorization,
          ...headers,
        },
        redirect: 'error',
        signal,
      };
      if (body !== undefined) request.body = JSON.stringify(body);
      const { status, text } = await send(provider, `${baseUrl}${path}`, request);
      if (status === 429 || status >= 500) throw new ProviderUnavailable(`${provider} answered ${status}`);
      return { status, body: parse(provider, text) };
    });
}

async function send(
  provider: string,
  url: string,
  request: RequestInit,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, request);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new ProviderUnavailable(`${provider} cannot be reached`, { cause: error });
  }
}

function parse(provider: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderUnavailable(`${provider} answered with what is no JSON`);
  }
}
