/**
 * Order numbers for calling out at the counter: short, unique, in Crockford's base 32 (no I, L, O or U to mistake).
 * A process draws numbers in blocks, so that placing an order needs no round trip for its number.
 */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SHORTEST = 4;

export const NUMBERS_A_BLOCK = 32;

/** @param place from 0 to below NUMBERS_A_BLOCK. */
export function orderNumber(block: number, place: number): string {
  const ordinal = block * NUMBERS_A_BLOCK + place;
  if (!Number.isSafeInteger(ordinal) || place < 0 || place >= NUMBERS_A_BLOCK) {
    throw new RangeError(`No order number ${block}/${place}`);
  }
  let number = '';
  for (let rest = ordinal; rest > 0; rest = Math.floor(rest / DIGITS.length)) {
    number = `${DIGITS.charAt(rest % DIGITS.length)}${number}`;
  }
  return number.padStart(SHORTEST, '0');
}
