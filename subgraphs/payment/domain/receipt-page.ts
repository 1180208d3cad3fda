/** What a receipt or a credit note says, line by line and in either language. Its page (`receipt-html.ts`) and its PDF say this, word for word. */

import type { PrintedDocument, PrintedRow } from '../../../platform/kit/printed-document.js';
import type { OrderTax } from '../../../platform/order-charges.js';
import type { CreditNote, OrderReceipt } from './receipt.js';

export type ReceiptLanguage = 'ID' | 'EN';

/** Without the code, which needs an address. */
export type ReceiptPage = Omit<PrintedDocument, 'code'>;

const TEXTS = {
  ID: {
    ...{ locale: 'id-ID', receipt: 'Struk', creditNote: 'Nota kredit', corrects: 'Mengoreksi struk' },
    ...{ order: 'Pesanan', discount: 'Diskon', rewards: 'Hadiah', lines: 'Barang' },
    ...{ service: 'Biaya layanan', rounding: 'Pembulatan', total: 'Total', refunded: 'Dikembalikan' },
    ...{ included: 'termasuk', base: 'dari', pageNumber: 'Halaman {page} dari {pages}' },
  },
  EN: {
    ...{ locale: 'en-GB', receipt: 'Receipt', creditNote: 'Credit note', corrects: 'Corrects receipt' },
    ...{ order: 'Order', discount: 'Discount', rewards: 'Rewards', lines: 'Items' },
    ...{ service: 'Service charge', rounding: 'Rounding', total: 'Total', refunded: 'Refunded' },
    ...{ included: 'included', base: 'of', pageNumber: 'Page {page} of {pages}' },
  },
} as const;

type Texts = (typeof TEXTS)[ReceiptLanguage];

export function receiptPage(receipt: OrderReceipt, language: ReceiptLanguage): ReceiptPage {
  const texts = TEXTS[language];
  const { lines, rewardDiscount } = receipt.content;
  return page(receipt, language, {
    documentTitle: `${texts.receipt} ${receipt.number}`,
    subtitle: null,
    items: lines.map(({ name, quantity, options, unitPrice, discount, subtotal }) => ({
      name,
      details: [
        `${quantity} × ${amount(unitPrice, texts)}`,
        ...options,
        ...(discount === 0 ? [] : [`${texts.discount} ${amount(-discount, texts)}`]),
      ],
      amount: amount(subtotal, texts),
    })),
    before: rewardDiscount === 0 ? [] : [row(texts.rewards, amount(-rewardDiscount, texts))],
    totalName: texts.total,
  });
}

/** @param receiptNumber of the receipt that it corrects. */
export function creditNotePage(
  note: CreditNote,
  receiptNumber: number,
  language: ReceiptLanguage,
): ReceiptPage {
  const texts = TEXTS[language];
  return page(note, language, {
    documentTitle: `${texts.creditNote} ${note.number}`,
    subtitle: `${texts.corrects} ${receiptNumber}`,
    items: [row(texts.lines, amount(note.content.linesTotal, texts))],
    before: [],
    totalName: texts.refunded,
  });
}

interface Parts {
  readonly documentTitle: string;
  readonly subtitle: string | null;
  /** Rows of what was sold or given back. */
  readonly items: readonly PrintedRow[];
  /** Rows between these and the charges. */
  readonly before: readonly PrintedRow[];
  readonly totalName: string;
}

function page(
  issued: OrderReceipt | CreditNote,
  language: ReceiptLanguage,
  { documentTitle, subtitle, items, before, totalName }: Parts,
): ReceiptPage {
  const texts = TEXTS[language];
  const { issuedAt, total, content } = issued;
  const { outlet, orderNumber, serviceCharge, taxes, rounding } = content;
  const at = issuedAt.toLocaleString(texts.locale, {
    ...{ timeZone: outlet.timeZone, dateStyle: 'long', timeStyle: 'short' },
  });
  const charges = [
    ...before,
    ...(serviceCharge === 0 ? [] : [row(texts.service, amount(serviceCharge, texts))]),
    ...taxes.map((tax) => taxRow(tax, texts)),
    ...(rounding === 0 ? [] : [row(texts.rounding, amount(rounding, texts))]),
  ];
  return {
    language: language === 'ID' ? 'id' : 'en',
    ...{ documentTitle, issuedAt, author: outlet.name, heading: outlet.name ?? documentTitle },
    head: [outlet.address, subtitle, `${texts.order} ${orderNumber}`, at, documentTitle].filter(
      (line) => line !== null,
    ),
    groups: [items, charges, [{ ...row(totalName, amount(total, texts)), isTotal: true }]],
    pageNumber: texts.pageNumber,
  };
}

/** A tax that the prices have in them stands in brackets: it adds nothing. */
function taxRow({ name, rate, base, amount: tax, isIncluded }: OrderTax, texts: Texts): PrintedRow {
  const percent = (rate / 100).toLocaleString(texts.locale);
  const of = `${name} ${percent}% ${texts.base} ${amount(base, texts)}`;
  return isIncluded
    ? row(`${of} (${texts.included})`, `(${amount(tax, texts)})`)
    : row(of, amount(tax, texts));
}

function row(name: string, value: string): PrintedRow {
  return { name, details: [], amount: value };
}

function amount(rupiah: number, { locale }: Texts): string {
  return `${rupiah < 0 ? '−' : ''}Rp ${Math.abs(rupiah).toLocaleString(locale)}`;
}
