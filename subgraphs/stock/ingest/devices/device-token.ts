/** The secret of a shelf's device. It is random and long, so one round of SHA-256 protects it as well as a slow hash would. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export function newDeviceToken(): string {
  return randomBytes(24).toString('base64url');
}

/** The token of a seeded shelf. It is public: seeds are demonstration data. */
export function demoDeviceToken(shelfId: string): string {
  return `demo-${shelfId}`;
}

export function hashOfToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

export function isTokenOf(token: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashOfToken(token), hash);
}
