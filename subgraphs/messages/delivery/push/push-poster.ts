/**
 * Posts messages to push services, encrypted for one browser each (RFC 8291), so that a service reads nothing of them. Connections are kept open
 * for the next messages, each made to an address that was checked for it. An attempt takes at most 10 s; redirects are not followed, and of an
 * answer its status counts: whatever its body says or does holds nothing up.
 */
import { isIP } from 'node:net';
import { Agent } from 'undici';
import webPush from 'web-push';
import type { PushAnswer } from '../../domain/push.js';
import { failureOf, refusalOf, secondsOf } from '../answers.js';
import { checkedLookup, type ReceiverRules, receiverAddresses, receiverUrl } from '../receiver-address.js';
import type { Vapid } from './vapid.js';

/** As a browser's `PushSubscription` gives it, keys in base64url. */
export interface PushAddress {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface PushMessage {
  /** At most `LONGEST_PUSH_BYTES`. */
  readonly text: string;
  /** For how long the service tries to deliver it. */
  readonly seconds: number;
  /** At most 32 letters and digits: a message that waits at the service gives way to the next of its topic. */
  readonly topic: string;
  readonly isUrgent: boolean;
}

export interface PushPoster {
  /** Never rejects: what went wrong is in the answer. @param stopping breaks the attempt off. */
  post(address: PushAddress, message: PushMessage, stopping: AbortSignal): Promise<PushAnswer>;
  close(): Promise<void>;
}

const CONNECT_MILLISECONDS = 5_000;
const ATTEMPT_MILLISECONDS = 10_000;
const LONGEST_HEADERS = 16_384;
const LONGEST_BODY = 4_096;
/** To one service. */
const CONNECTIONS = 48;

/** @param attemptMilliseconds from the lookup of the host to the answer. */
export function pushPoster(
  rules: ReceiverRules,
  vapid: Vapid,
  attemptMilliseconds = ATTEMPT_MILLISECONDS,
): PushPoster {
  const agent = new Agent({
    connect: { lookup: checkedLookup(rules), timeout: CONNECT_MILLISECONDS },
    connections: CONNECTIONS,
    maxHeaderSize: LONGEST_HEADERS,
    headersTimeout: ATTEMPT_MILLISECONDS,
    bodyTimeout: ATTEMPT_MILLISECONDS,
  });
  async function attempt(
    { endpoint, p256dh, auth }: PushAddress,
    { text, seconds, topic, isUrgent }: PushMessage,
    signal: AbortSignal,
  ): Promise<PushAnswer> {
    const url = receiverUrl(endpoint, rules);
    // A connection to an address needs no lookup, which would check it.
    if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) await receiverAddresses(url, rules);
    const {
      statusCode: status,
      headers,
      body,
    } = await agent.request({
      ...{ origin: url.origin, path: `${url.pathname}${url.search}`, method: 'POST', signal },
      headers: {
        authorization: vapid.authorization(url.origin),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: String(seconds),
        topic,
        urgency: isUrgent ? 'high' : 'normal',
      },
      body: webPush.encrypt(p256dh, auth, text, 'aes128gcm').cipherText,
    });
    // So that the connection can be used again; one whose body is long, or does not end, is closed.
    body.dump({ limit: LONGEST_BODY, signal }).catch(() => undefined);
    const failure = status >= 200 && status < 300 ? null : refusalOf(status);
    return { status, failure, retryAfterSeconds: secondsOf(headers['retry-after']) };
  }
  return {
    async post(address, message, stopping) {
      const signal = AbortSignal.any([AbortSignal.timeout(attemptMilliseconds), stopping]);
      return attempt(address, message, signal).catch((error: unknown) => ({
        ...{ status: null, retryAfterSeconds: null },
        failure: failureOf(error),
      }));
    },
    close: () => agent.destroy(),
  };
}
