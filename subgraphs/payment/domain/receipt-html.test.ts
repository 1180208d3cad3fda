import { expect, it } from 'vitest';
import type { OrderTax } from '../../../platform/order-charges.js';
import type { CreditNote, OrderReceipt } from './receipt.js';
import { receiptHtml } from './receipt-html.js';
import { creditNotePage, type ReceiptLanguage, receiptPage } from './receipt-page.js';

const htmlOf = (receipt: OrderReceipt, language: ReceiptLanguage) =>
  receiptHtml(receiptPage(receipt, language));

const ISSUED = {
  ...{ id: 'r', number: 42, orderId: 'o', paymentId: 'p', outletId: 'x', total: 23_000 },
  issuedAt: new Date('2026-11-20T05:30:00Z'),
};
const PLACE = {
  orderNumber: 'A017',
  outlet: { name: 'Kedai <Menteng> & Co', address: 'Jl. "Teuku Umar" 1', timeZone: 'Asia/Jakarta' },
};
const PBJT: OrderTax = { name: 'PBJT', rate: 1_000, base: 21_000, amount: 2_100, isIncluded: false };
const RECEIPT: OrderReceipt = {
  ...{ ...ISSUED, series: 'RECEIPT' },
  content: {
    ...{ ...PLACE, placedAt: '2026-11-20T05:29:00.000Z', rewardDiscount: 0 },
    lines: [
      {
        ...{ name: '<script>alert(1)</script>', quantity: 2, options: ['Besar & dingin'], unitPrice: 10_000 },
        ...{ discount: 0, subtotal: 20_000 },
      },
    ],
    ...{ serviceCharge: 1_000, taxes: [PBJT], rounding: -100 },
  },
};

it('has the lines, charges and total, in either language', () => {
  const [indonesian, english] = [htmlOf(RECEIPT, 'ID'), htmlOf(RECEIPT, 'EN')];
  expect(indonesian).toContain('<html lang="id">');
  for (const text of ['Struk 42', 'Biaya layanan', 'Pembulatan', 'Rp 23.000', '2 × Rp 10.000', 'A017'])
    expect(indonesian).toContain(text);
  expect(english).toContain('<html lang="en">');
  for (const text of ['Receipt 42', 'Service charge', 'PBJT 10% of Rp 21,000', '−Rp 100', '20 November 2026'])
    expect(english).toContain(text);
  // In the outlet's own time.
  expect(english).toContain('12:30');
});

it('escapes all that people have written, and loads nothing', () => {
  const html = htmlOf(RECEIPT, 'ID');
  expect(html).not.toContain('<script');
  expect(html).not.toContain('Kedai <Menteng>');
  expect(html).toContain('Kedai &lt;Menteng&gt; &amp; Co');
  expect(html).toContain('Jl. &quot;Teuku Umar&quot; 1');
  expect(html).not.toMatch(/(src|href)=|url\(|@import/);
});

it('shows in brackets a tax that the prices have in them', () => {
  const taxes = [{ ...PBJT, isIncluded: true }];
  const { content, ...rest } = RECEIPT;
  expect(htmlOf({ ...rest, content: { ...content, taxes } }, 'EN')).toContain('(Rp 2,100)');
});

it('a credit note names the receipt that it corrects', () => {
  const note: CreditNote = {
    ...{ ...ISSUED, number: 7, series: 'CREDIT_NOTE', refundId: 'f', total: 11_500 },
    content: { ...PLACE, linesTotal: 10_000, serviceCharge: 500, taxes: [PBJT], rounding: -50 },
  };
  expect(receiptHtml(creditNotePage(note, 42, 'EN'))).toContain('Corrects receipt 42');
  expect(receiptHtml(creditNotePage(note, 42, 'ID'))).toContain('Nota kredit 7');
  expect(receiptHtml(creditNotePage(note, 42, 'ID'))).toContain('Rp 11.500');
});
