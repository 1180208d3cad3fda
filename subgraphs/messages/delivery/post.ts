/**
 * Posts an event to its receiver: one connection for each attempt, to an address that was found and checked for it. An attempt takes at most
 * 15 s; redirects are not followed; of the answer's body the start is read.
 */
import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import type { Answer } from '../domain/webhook.js';
import { failureOf, refusalOf, secondsOf } from './answers.js';
import { ReceiverRefused, type ReceiverRules, receiverAddresses, receiverUrl } from './receiver-address.js';

export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Never rejects: what went wrong is in the answer. @param stopping breaks the attempt off. */
export type PostWebhook = (post: WebhookPost, stopping?: AbortSignal) => Promise<Answer>;

const CONNECT_MILLISECONDS = 5_000;
const ATTEMPT_MILLISECONDS = 15_000;
const LONGEST_HEADERS = 16_384;
const READ_BYTES = 4_096;
const STORED_CHARACTERS = 500;

/** @param attemptMilliseconds from the lookup of the host to the answer. */
export function webhookPoster(rules: ReceiverRules, attemptMilliseconds = ATTEMPT_MILLISECONDS): PostWebhook {
  return async (post, stopping) => {
    const startedAt = performance.now();
    const timeout = AbortSignal.timeout(attemptMilliseconds);
    const signal = stopping === undefined ? timeout : AbortSignal.any([timeout, stopping]);
    const answer = await attempt(post, rules, signal).catch((error: unknown) => ({
      ...{ status: null, body: null, retryAfterSeconds: null },
      failure: failureOf(error),
    }));
    return { ...answer, durationMilliseconds: Math.round(performance.now() - startedAt) };
  };
}

type Attempt = Omit<Answer, 'durationMilliseconds'>;

async function attempt(
  { url: text, headers, body }: WebhookPost,
  rules: ReceiverRules,
  signal: AbortSignal,
): Promise<Attempt> {
  const url = receiverUrl(text, rules);
  const addresses = await receiverAddresses(url, rules);
  if (addresses.length === 0) throw new ReceiverRefused('The host has no address');
  const client = new Client(url.origin, {
    connect: { lookup: pinnedTo(addresses), timeout: CONNECT_MILLISECONDS },
    maxHeaderSize: LONGEST_HEADERS,
    headersTimeout: ATTEMPT_MILLISECONDS,
    bodyTimeout: ATTEMPT_MILLISECONDS,
    pipelining: 0,
  });
  try {
    const answer = await client.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Kedai-Webhooks/1' },
      body,
      signal,
    });
    const { statusCode: status } = answer;
    return {
      status,
      body: await startOf(answer.body),
      failure: status >= 200 && status < 300 ? null : refusalOf(status),
      retryAfterSeconds: secondsOf(answer.headers['retry-after']),
    };
  } finally {
    await client.destroy();
  }
}

/** Answers whatever name is asked for with the addresses that were checked. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const [first] = answers;
  return (_host, { all }, callback) => {
    if (all) callback(null, answers);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** What comes within the time of the attempt: a receiver that has answered has answered, whatever its body does. */
async function startOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      const read = Buffer.from(chunk);
      chunks.push(read);
      bytes += read.length;
      if (bytes >= READ_BYTES) break;
    }
  } catch {
    // The rest does not come.
  }
  const text = Buffer.concat(chunks).subarray(0, READ_BYTES).toString('utf8').replaceAll('\0', '\uFFFD');
  return [...text].slice(0, STORED_CHARACTERS).join('');
}
