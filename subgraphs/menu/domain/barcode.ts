/**
 * Codes on packages: a GTIN with its check digit in any of its lengths, or the chain's own code, which has a letter in it.
 * UPC-A, EAN-13 and GTIN-14 that differ by leading zeros name the same product.
 */

/** As scanners and people enter a code: without blanks, line ends and the dashes within digits, in capitals. Null for none. */
export function barcodeOf(entered: string): string | null {
  const code = entered.trim().normalize('NFKC').toUpperCase();
  const digits = code.replaceAll(/[\s-]/g, '');
  if (/^\d+$/.test(digits)) return isGtin(digits) ? digits : null;
  return /^[A-Z0-9][A-Z0-9-]{3,31}$/.test(code) ? code : null;
}

/** One text for all spellings of a code: GTIN-14 for what is made of digits. As the database's `canonical_barcode`. */
export function canonicalBarcode(barcode: string): string {
  return /^\d+$/.test(barcode) ? barcode.padStart(GTIN_DIGITS, '0') : barcode;
}

const GTIN_DIGITS = 14;
/** EAN-8, UPC-A, EAN-13, GTIN-14. */
const LENGTHS: readonly number[] = [8, 12, 13, GTIN_DIGITS];

function isGtin(digits: string): boolean {
  if (!LENGTHS.includes(digits.length)) return false;
  const sum = [...canonicalBarcode(digits)].reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1),
    0,
  );
  return sum % 10 === 0;
}
