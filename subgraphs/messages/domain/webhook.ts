/** A webhook, the secrets that its events are signed with, and the events that it is to receive. */

export type WebhookStatus = 'ACTIVE' | 'PAUSED' | 'DISABLED';

/** Whose events: of one outlet, of one franchise, or of the chain, where both are null. */
export interface WebhookPlace {
  /** Of the outlet, too, where there is one. */
  readonly franchiseId: string | null;
  readonly outletId: string | null;
}

export interface Webhook extends WebhookPlace {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly status: WebhookStatus;
  readonly disabledBecause: string | null;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  /** Null where the webhook has one secret. */
  readonly formerSecretUntil: Date | null;
}

export type DeliveryState = 'WAITING' | 'DELIVERED' | 'GIVEN_UP';

/** An event for a webhook, and how posting it went. */
export interface WebhookDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly occurredAt: Date;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly lastAttemptAt: Date | null;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly durationMilliseconds: number | null;
  readonly failure: string | null;
}

/** The type of what `testWebhook` posts; no webhook subscribes to it. */
export const TEST_TYPE = 'webhook.test';

/** An event as it is posted. */
export interface PublicEvent extends WebhookPlace {
  readonly id: string;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  /** The very bytes: they are signed. */
  readonly body: string;
}

/** A delivery that this process has claimed: nobody else posts it before the claim lapses. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** This one included. */
  readonly attempts: number;
  readonly url: string;
  readonly body: string;
  /** The webhook's own first. */
  readonly sealedSecrets: readonly Uint8Array[];
}

/** What came of an attempt. */
export interface Answer {
  /** Null where there was none. */
  readonly status: number | null;
  /** Its start; null where there was none. */
  readonly body: string | null;
  /** Null of a success. */
  readonly failure: string | null;
  /** As the receiver asks for by `Retry-After`. */
  readonly retryAfterSeconds: number | null;
  readonly durationMilliseconds: number;
}
