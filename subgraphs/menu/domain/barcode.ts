/**
 * Codes on packages: a GTIN with its check digit in any of its lengths, or the chain's own code, which has a letter in it.
 * UPC-A, EAN-13 and GTIN-14 that differ by leading zeros name the same product. A GS1 element string (GS1-128, DataMatrix,
 * QR, DataBar) is read as scanners send it: with the symbology's identifier, with or without brackets around application
 * identifiers; its GTIN is that of (01), or of (02) for the content of a case.
 */

/** As scanners and people enter a code: without blanks, line ends and the dashes within digits, in capitals. Null for none. */
export function barcodeOf(entered: string): string | null {
  const text = entered
    .normalize('NFKC')
    .replaceAll(GROUP_SEPARATOR, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .trim();
  const code = text.replace(SYMBOLOGY, '').trim().toUpperCase();
  const digits = code.replaceAll(/[\s\p{Pd}]/gu, '');
  const isNumber = /^\d+$/.test(digits);
  if (isNumber && isGtin(digits)) return digits;
  const [, bracketed, plain] = GTIN_ELEMENT.exec(code.replaceAll(/\s/g, '')) ?? [];
  const gtin = bracketed ?? plain;
  if (gtin !== undefined && isGtin(gtin)) return gtin;
  return !isNumber && /^[A-Z0-9][A-Z0-9-]{3,31}$/.test(code) ? code : null;
}

/** Between elements of variable length, and at the start where a scanner shows FNC1. */
const GROUP_SEPARATOR = '\u001d';
/** ISO/IEC 15424: `]`, a letter for the symbology and a modifier, such as `]C1` for GS1-128. */
const SYMBOLOGY = /^\][A-Za-z][0-9A-Za-z]/;
/** The GTIN-14 of an element string: anywhere between brackets, first without them. */
const GTIN_ELEMENT = /\(0[12]\)(\d{14})(?!\d)|^0[12](\d{14})(?:\d{2}.*)?$/s;

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
