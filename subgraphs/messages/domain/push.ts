/** A push: to a browser that a person has registered, about a step of an order. */
import type { Facts, Language } from './mail.js';

/** Of its text: every service takes 4,096 bytes of all that is posted (RFC 8030). */
export const LONGEST_PUSH_BYTES = 3_000;

/** A browser that a person has registered, as it is shown to that person. */
export interface PushSubscription {
  readonly id: string;
  readonly endpoint: string;
  readonly createdAt: Date;
}

export interface NewPush {
  readonly id: string;
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly orderId: string;
  /** A kind of mail, where both say the same step, or `ORDER_SUBSTITUTE_OFFERED`. */
  readonly kind: string;
  readonly language: Language;
  readonly facts: Facts;
  readonly isUrgent: boolean;
  /** When the step was made. */
  readonly at: Date;
  readonly notBefore: Date;
  readonly expiresAt: Date;
}

/** A push that this process has claimed: nobody else posts it before the claim lapses. */
export interface ClaimedPush
  extends Pick<
    NewPush,
    'id' | 'subscriptionId' | 'orderId' | 'kind' | 'language' | 'facts' | 'isUrgent' | 'expiresAt'
  > {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** Origin of the endpoint. */
  readonly service: string;
  /** This one included. */
  readonly attempts: number;
}

/** What came of an attempt. */
export interface PushAnswer {
  /** Null where there was none. */
  readonly status: number | null;
  /** Null of a success. */
  readonly failure: string | null;
  /** As the service asks for by `Retry-After`. */
  readonly retryAfterSeconds: number | null;
}

const PAUSES_SECONDS = [2, 15, 60, 300, 1_200] as const;
const LONGEST_PAUSE_SECONDS = 3_600;
/** Of a pause: pushes that failed together are not posted together again. */
const JITTER = 0.1;

/**
 * Never sooner than the service asks for, and at most an hour.
 * @param attempts that have failed, from 1.
 * @param random from 0 to 1.
 */
export function pauseBeforePush(
  attempts: number,
  retryAfterSeconds: number | null,
  random = Math.random(),
): number {
  const pause = Math.max(PAUSES_SECONDS[attempts - 1] ?? LONGEST_PAUSE_SECONDS, retryAfterSeconds ?? 0);
  return Math.min(pause, LONGEST_PAUSE_SECONDS) * (1 + JITTER * random);
}

/**
 * `GONE`: the browser has unsubscribed. `REFUSED`: another attempt would be refused as well; the browser stays registered, since the fault
 * may be the sender's.
 */
export type PushOutcome = 'DELIVERED' | 'GONE' | 'REFUSED' | 'LATER';

/** @param status null where there was no answer. */
export function pushOutcome(status: number | null): PushOutcome {
  if (status === null || status === 408 || status === 429 || status >= 500) return 'LATER';
  if (status >= 200 && status < 300) return 'DELIVERED';
  return status === 404 || status === 410 ? 'GONE' : 'REFUSED';
}
