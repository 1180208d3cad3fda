/** Secrets and signatures of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, moment and body. */
import { createHmac, randomBytes } from 'node:crypto';

/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32;
const SECRET_PREFIX = 'whsec_';

export function newWebhookSecret(): Uint8Array {
  return randomBytes(SECRET_BYTES);
}

/** As its receiver stores it. */
export function shownSecret(secret: Uint8Array): string {
  return SECRET_PREFIX + Buffer.from(secret).toString('base64');
}

/** @param secrets each signs. @param seconds since 1970. */
export function signatureHeaders(
  secrets: readonly Uint8Array[],
  id: string,
  seconds: number,
  body: string,
): Readonly<Record<string, string>> {
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
