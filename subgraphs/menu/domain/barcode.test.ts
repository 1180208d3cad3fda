import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { barcodeOf, canonicalBarcode } from './barcode.js';

describe('a GTIN', () => {
  test.each(['4006381333931', '036000291452', '96385074', '14006381333938'])('is %s', (code) => {
    expect(barcodeOf(code)).toBe(code);
  });

  test.each(['4006381333932', '036000291453', '96385075', '4006381', '40063813339310', '0'.repeat(15)])(
    'is not %s, by its length or its check digit',
    (code) => {
      expect(barcodeOf(code)).toBeNull();
    },
  );

  test('of every item in the demo catalogue is a valid one', () => {
    for (const { barcode } of CATALOGUE.menuItems) expect(barcodeOf(barcode)).toBe(barcode);
  });

  test('is the same product as UPC-A, EAN-13 and GTIN-14, and another one in a carton', () => {
    const spellings = ['036000291452', '0036000291452', '00036000291452'].map(canonicalBarcode);
    expect(new Set(spellings)).toEqual(new Set(['00036000291452']));
    expect(canonicalBarcode('10036000291459')).toBe('10036000291459');
  });

  test.each([
    '4006381333931\r\n',
    '\t4006381333931 ',
    '4 006381 333931',
    '4-006381-333931',
    '４００６３８１３３３９３１',
  ])('is read from %j', (entered) => {
    expect(barcodeOf(entered)).toBe('4006381333931');
  });
});

describe("a code of the chain's own", () => {
  test('is letters, digits and dashes, in capitals whatever is typed', () => {
    for (const entered of ['KEDAI-TUMBLER-01', 'kedai-tumbler-01', ' KEDAI-TUMBLER-01\r\n'])
      expect(barcodeOf(entered)).toBe('KEDAI-TUMBLER-01');
  });

  test.each(['', 'KE', '-KEDAI', 'KEDAI 01', 'X'.repeat(33), 'KEDAI\0'])('is not %j', (entered) => {
    expect(barcodeOf(entered)).toBeNull();
  });
});
