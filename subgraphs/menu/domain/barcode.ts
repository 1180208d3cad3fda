/** Codes on packages: an EAN-13 with its check digit, or the chain's own, which has a letter in it. */

export function isBarcode(code: string): boolean {
  return /^\d+$/.test(code) ? isEan13(code) : /^[A-Z0-9][A-Z0-9-]{3,31}$/.test(code);
}

function isEan13(code: string): boolean {
  if (code.length !== 13) return false;
  const sum = [...code].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
