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

  test.each([
    '0104006381333931',
    '(01)04006381333931',
    '(01) 0400 6381 3339 31',
    '\u001d0104006381333931\r\n',
    ']C10104006381333931',
    ']d2010400638133393117261231',
    ']Q3(01)04006381333931(17)261231(10)A7',
    ']e00104006381333931',
    '010400638133393110LOT7\u001d21SERIAL',
    '(02)04006381333931(37)24',
    '(10)A7(01)04006381333931',
  ])('is read from the GS1 element string %j', (entered) => {
    expect(barcodeOf(entered)).toBe('04006381333931');
  });

  test.each([']E04006381333931', ']E0 4006381333931', ']C04006381333931'])(
    'is read without the identifier of its symbology: %j',
    (entered) => {
      expect(barcodeOf(entered)).toBe('4006381333931');
    },
  );

  test.each(['0104006381333932', '(01)4006381333931', '(10)04006381333931', ']C10104006381333932', '01'])(
    'is not read from %j, whose element is no GTIN',
    (entered) => {
      expect(barcodeOf(entered)).toBeNull();
    },
  );
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
