/**
 * What the simulated providers have in common: an HTTP server that authenticates its callers, answers JSON, fails on
 * request (faults.ts) and repeats a callback until it is accepted, as the real ones do. `GET /simulator/calls` counts the
 * calls of the API; `POST /simulator/test-notification` sends what the provider's dashboard sends to try the callback
 * address, and answers with the status that came back.
 */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readBody } from '../../../platform/http/body.js';
import { sendJson } from '../../../platform/http/server.js';
import { isSameSecret } from '../providers/secrets.js';
import {
  type FaultSettings,
  type Faults,
  faultsSchema,
  SLOW_ANSWER_MILLISECONDS,
  TRIAL_AMOUNTS,
} from './faults.js';

export interface SimulatorOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Where callbacks go. */
  readonly notifyUrl: string;
  /** Stores its state between runs. Default: memory alone. */
  readonly stateFile?: string;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
}

export interface Simulator {
  readonly url: string;
  readonly port: number;
  /** Sets the faults from now on; those left out end. */
  fail(faults: FaultSettings): void;
  /** How many calls of the API came in. */
  calls(): number;
  /** Stops at once: callbacks that were not sent yet are lost. */
  stop(): Promise<void>;
}

export interface ApiCall {
  readonly method: string;
  /** The path's segments, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

/** The tools of a provider's simulation. */
export interface SimulatorTools {
  readonly faults: () => Faults;
  /** Sends a callback until it is answered with 2xx, eight times at most. */
  callBack(callback: SimulatedCallback): void;
  /** Runs something later, unless the simulator has been stopped by then. */
  later(milliseconds: number, work: () => void): void;
}

export interface SimulatedApi {
  /** The user name of basic authentication. */
  readonly user: string;
  /** The answer to a caller with other credentials. */
  readonly unauthorized: ApiAnswer;
  handle(call: ApiCall): ApiAnswer;
  /** What the dashboard's test button sends. */
  testNotification(): SimulatedCallback;
}

export interface SimulatedCallback {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const MAXIMUM_BODY_BYTES = 65_536;
const CALLBACK_ATTEMPTS = 8;

export async function startSimulator(
  { port, notifyUrl, host = '127.0.0.1' }: SimulatorOptions,
  simulate: (tools: SimulatorTools) => SimulatedApi,
): Promise<Simulator> {
  const stopped = new AbortController();
  // Every guest who has not approved yet listens to it.
  setMaxListeners(0, stopped.signal);
  let faults = faultsSchema.parse({});
  let calls = 0;

  /** The status of the answer; 0 when there was none. */
  async function send({ headers, body }: SimulatedCallback): Promise<number> {
    const response = await fetch(notifyUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(10_000)]),
    }).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    return response?.status ?? 0;
  }

  async function sendUntilAccepted(callback: SimulatedCallback): Promise<void> {
    for (let attempt = 0; attempt < CALLBACK_ATTEMPTS; attempt += 1) {
      const status = await send(callback);
      if (status >= 200 && status < 300) return;
      await delay(100 * 2 ** attempt, undefined, { signal: stopped.signal });
    }
  }

  const api = simulate({
    faults: () => faults,
    callBack(callback) {
      if (faults.losesCallbacks) return;
      for (let copy = 0; copy < faults.callbackCopies; copy += 1) {
        sendUntilAccepted(callback).catch(() => undefined);
      }
    },
    later(milliseconds, work) {
      delay(milliseconds, undefined, { signal: stopped.signal }).then(work, () => undefined);
    },
  });

  async function answer(call: ApiCall): Promise<ApiAnswer | 'cut off'> {
    if (call.path[0] === 'simulator') return control(call);
    calls += 1;
    const { answerAfterMilliseconds, isUnavailable, answersWith, losesAnswers } = faults;
    const charged = chargedBy(call);
    const wait = charged === TRIAL_AMOUNTS.slow ? SLOW_ANSWER_MILLISECONDS : answerAfterMilliseconds;
    if (wait > 0) await delay(wait, undefined, { signal: stopped.signal });
    if (isUnavailable || charged === TRIAL_AMOUNTS.unavailable)
      return { status: 503, body: { message: 'Unavailable' } };
    if (answersWith !== undefined)
      return { status: answersWith, body: { status_code: String(answersWith), error_code: 'SIMULATED' } };
    const answered = isCaller(call.headers, api.user) ? api.handle(call) : api.unauthorized;
    return losesAnswers ? 'cut off' : answered;
  }

  async function control({ method, path, body }: ApiCall): Promise<ApiAnswer> {
    if (method === 'PUT' && path[1] === 'faults') {
      const settings = faultsSchema.safeParse(body ?? {});
      if (!settings.success) return { status: 400, body: { message: settings.error.message } };
      faults = settings.data;
    }
    if (path[1] === 'faults') return { status: 200, body: faults };
    if (path[1] === 'calls') return { status: 200, body: { calls } };
    if (method === 'POST' && path[1] === 'test-notification') {
      return { status: 200, body: { status: await send(api.testNotification()) } };
    }
    return { status: 404, body: { message: 'Not found' } };
  }

  const server = createServer(async (request, response) => {
    try {
      const text = await readBody(request, MAXIMUM_BODY_BYTES);
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const answered = await answer({
        method: request.method ?? 'GET',
        path: pathname.split('/').filter(Boolean).map(decodeURIComponent),
        query: searchParams,
        headers: request.headers,
        body: text === '' ? undefined : JSON.parse(text),
      });
      if (answered === 'cut off') response.destroy();
      else sendJson(response, answered.status, answered.body);
    } catch {
      if (!response.headersSent) sendJson(response, 400, { message: 'Bad request' });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;

  return {
    url: `http://${host}:${actualPort}`,
    port: actualPort,
    fail(settings) {
      faults = faultsSchema.parse(settings);
    },
    calls: () => calls,
    async stop() {
      stopped.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const chargeSchema = z.union([
  z.object({ transaction_details: z.object({ gross_amount: z.number() }) }),
  z.object({ amount: z.number() }),
]);

const CHARGE_PATHS = ['v2/charge', 'ewallets/charges', 'payment_requests'];

/** What a call would charge; null for any other call. */
function chargedBy({ method, path, body }: ApiCall): number | null {
  if (method !== 'POST' || !CHARGE_PATHS.includes(path.join('/'))) return null;
  const charge = chargeSchema.safeParse(body);
  if (!charge.success) return null;
  return 'amount' in charge.data ? charge.data.amount : charge.data.transaction_details.gross_amount;
}

function isCaller({ authorization }: IncomingHttpHeaders, user: string): boolean {
  const expected = `Basic ${Buffer.from(`${user}:`).toString('base64')}`;
  return authorization !== undefined && isSameSecret(authorization, expected);
}
