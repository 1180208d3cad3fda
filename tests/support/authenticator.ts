/** An authenticator app: shows the codes of a secret, as `beginSecondFactor` gives it. */
import { stepAt, totpCode } from '../../platform/identity/totp.js';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BITS = 5;

/** @param steps from the present one, of 30 seconds each. */
export function codeOf(secret: string, steps = 0): string {
  return totpCode(decoded(secret), stepAt(Date.now()) + steps);
}

function decoded(secret: string): Uint8Array {
  const bits = [...secret].map((digit) => BASE32.indexOf(digit).toString(2).padStart(BITS, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
