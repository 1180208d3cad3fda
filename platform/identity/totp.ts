/**
 * Time-based one-time passwords (RFC 6238) as authenticator apps compute them: HMAC-SHA-1, six digits, a code every 30 seconds. A code
 * is accepted within one step of the clock before and after, and only after the last one that was accepted.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const STEP_MILLISECONDS = 30_000;
const DIGITS = 6;
const TOLERATED_STEPS = 1;
/** RFC 4226 asks for as many bytes as the hash has. */
const SECRET_BYTES = 20;
/** RFC 4648. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** @param now milliseconds since the epoch. */
export function stepAt(now: number): number {
  return Math.floor(now / STEP_MILLISECONDS);
}

export function totpCode(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const offset = hash.readUInt8(hash.length - 1) & 0xf;
  const number = (hash.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits;
  return String(number).padStart(digits, '0');
}

/** The step of a code that is accepted now; null for any other. @param lastStep the last one accepted. */
export function acceptedStep(
  secret: Uint8Array,
  code: string,
  { now, lastStep }: { readonly now: number; readonly lastStep: number },
): number | null {
  const present = stepAt(now);
  for (let step = present - TOLERATED_STEPS; step <= present + TOLERATED_STEPS; step += 1) {
    if (step > lastStep && isEqual(totpCode(secret, step), code)) return step;
  }
  return null;
}

/** What authenticator apps read from a QR code (Google Authenticator's key URI format). */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`;
}

export function base32(bytes: Uint8Array): string {
  let text = '';
  let [bits, held] = [0, 0];
  for (const byte of bytes) {
    bits = ((bits & 0x1f) << 8) | byte;
    held += 8;
    for (; held >= 5; held -= 5) text += BASE32.charAt((bits >> (held - 5)) & 0x1f);
  }
  return held === 0 ? text : text + BASE32.charAt((bits << (5 - held)) & 0x1f);
}

function isEqual(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
