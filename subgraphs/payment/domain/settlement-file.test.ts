import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettlement } from './settlement-file.js';

function golden(name: string): string {
  return readFileSync(new URL(`../testing/settlements/${name}.csv`, import.meta.url), 'utf8');
}

describe('a report of payouts', () => {
  it('of Xendit is read by the columns of its transactions report', () => {
    expect(readSettlement('XENDIT', golden('xendit-transactions'))).toEqual([
      {
        ...{ line: 2, subject: 'PAYMENT', reference: '0193758f-1f43-7ef0-9f6a-0d2c8a3c1b11' },
        ...{ transactionId: 'd2a1f2f0-6d6b-4e0a-9a39-0b1f0a6f4d11', amount: 42_000, fee: 699 },
      },
      {
        ...{ line: 3, subject: 'REFUND', reference: '0193758f-2a01-7c44-8d10-7e6f5a4b3c22' },
        ...{ transactionId: 'rfd-5b1d3c1e', amount: 2_000, fee: 0 },
      },
    ]);
  });

  it('of Midtrans is read by order and transaction', () => {
    expect(readSettlement('MIDTRANS', golden('midtrans-transactions'))).toEqual([
      {
        ...{ line: 2, subject: 'PAYMENT', reference: '0193758f-1f43-7ef0-9f6a-0d2c8a3c1b33' },
        ...{ transactionId: '57d5293c-e65f-4a29-95e4-5959c3fa335b', amount: 42_000, fee: 326 },
      },
      {
        ...{ line: 3, subject: 'REFUND', reference: '0193758f-1f43-7ef0-9f6a-0d2c8a3c1b33' },
        ...{ transactionId: '57d5293c-e65f-4a29-95e4-5959c3fa335b', amount: 5_000, fee: -10 },
      },
    ]);
  });

  it('may have its columns in any order, quoted, with any ends of lines', () => {
    const csv =
      '\uFEFF"Reference","Amount","Product ID","Total Fee","Note"\r\n"a","42,000.00","b","1.50","He said ""no"",\nand left"\r\nc,7,d,0,\r\n';
    expect(readSettlement('XENDIT', csv)).toEqual([
      { line: 2, subject: 'PAYMENT', reference: 'a', transactionId: 'b', amount: 42_000, fee: 2 },
      { line: 4, subject: 'PAYMENT', reference: 'c', transactionId: 'd', amount: 7, fee: 0 },
    ]);
  });

  it.each([
    ['', 'empty'],
    ['Reference,Amount,Total Fee\na,1,0', 'Product ID'],
    ['Reference,Product ID,Total Fee\na,b,0', 'Amount'],
    ['Reference,Product ID,Amount\na,b,1', 'Total Fee'],
    ['Reference,Product ID,Amount,Total Fee\na,b,1,0\nc,d,two,0', 'Line 3'],
    ['Reference,Product ID,Amount,Total Fee\n"a,b,1,0', 'Line 2'],
    [`Reference,Product ID,Amount,Total Fee${'\na,b,1,0'.repeat(30_001)}`, 'split it'],
  ])('that is none says why', (csv, why) => {
    expect(() => readSettlement('XENDIT', csv)).toThrow(why);
  });
});
