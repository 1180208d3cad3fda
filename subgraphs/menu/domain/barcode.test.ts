import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { isBarcode } from './barcode.js';

test('an EAN-13 has its check digit', () => {
  expect(isBarcode('4006381333931')).toBe(true);
  expect(isBarcode('4006381333932')).toBe(false);
  expect(isBarcode('400638133393')).toBe(false);
  expect(CATALOGUE.menuItems.every(({ barcode }) => isBarcode(barcode))).toBe(true);
});

test("a code of the chain's own is capital letters, digits and dashes", () => {
  expect(isBarcode('KEDAI-TUMBLER-01')).toBe(true);
  for (const code of ['', 'KE', 'kedai-01', '-KEDAI', 'KEDAI 01', 'X'.repeat(33), 'KEDAI\0']) {
    expect(isBarcode(code)).toBe(false);
  }
});
