/** `Receipt` and `CreditNote`, as they were issued. */
import { type DocumentLink, shortLinkExpiry } from '../../../platform/identity/document-links.js';
import { rupiah } from '../../../platform/money.js';
import type {
  CreditNoteResolvers,
  ReceiptDocumentResolvers,
  ReceiptLineResolvers,
  ReceiptResolvers,
  TaxResolvers,
} from '../../../schema/types/payment.js';
import type { Context } from '../context.js';
import { receiptHtml } from '../domain/receipt-html.js';
import { creditNotePage, type ReceiptLanguage, receiptPage } from '../domain/receipt-page.js';
import { readCreditNotes, readReceipt } from '../operations/read-receipt.js';

export const ReceiptDocument: Pick<ReceiptDocumentResolvers, '__resolveType'> = {
  __resolveType: ({ series }) => (series === 'RECEIPT' ? 'Receipt' : 'CreditNote'),
};

export const Receipt: ReceiptResolvers = {
  order: ({ orderId }) => ({ id: orderId }),
  orderNumber: ({ content }) => content.orderNumber,
  outletName: ({ content }) => content.outlet.name,
  outletAddress: ({ content }) => content.outlet.address,
  lines: ({ content }) => [...content.lines],
  rewardDiscount: ({ content }) => rupiah(content.rewardDiscount),
  serviceCharge: ({ content }) => rupiah(content.serviceCharge),
  taxes: ({ content }) => [...content.taxes],
  rounding: ({ content }) => rupiah(content.rounding),
  total: ({ total }) => rupiah(total),
  html: (receipt, { language }, context) =>
    receiptHtml(receiptPage(receipt, language ?? languageOf(context))),
  pdfUrl: ({ orderId }, { language }, context) =>
    context.receiptLinks.receipt.address(linkOf(orderId, language ?? languageOf(context))),
  creditNotes: (receipt, _args, context) => readCreditNotes(context, receipt),
};

export const ReceiptLine: ReceiptLineResolvers = {
  options: ({ options }) => [...options],
  unitPrice: ({ unitPrice }) => rupiah(unitPrice),
  discount: ({ discount }) => rupiah(discount),
  subtotal: ({ subtotal }) => rupiah(subtotal),
};

export const CreditNote: CreditNoteResolvers = {
  receiptNumber: async ({ orderId }, _args, context) => (await readReceipt(context, orderId)).number,
  refund: ({ refundId }, _args, { loaders }) => (refundId === null ? null : loaders.refund.load(refundId)),
  orderNumber: ({ content }) => content.orderNumber,
  outletName: ({ content }) => content.outlet.name,
  linesTotal: ({ content }) => rupiah(content.linesTotal),
  serviceCharge: ({ content }) => rupiah(content.serviceCharge),
  taxes: ({ content }) => [...content.taxes],
  rounding: ({ content }) => rupiah(content.rounding),
  total: ({ total }) => rupiah(total),
  html: async (note, { language }, context) =>
    receiptHtml(
      creditNotePage(
        note,
        (await readReceipt(context, note.orderId)).number,
        language ?? languageOf(context),
      ),
    ),
  pdfUrl: ({ id }, { language }, context) =>
    context.receiptLinks.creditNote.address(linkOf(id, language ?? languageOf(context))),
};

export const Tax: TaxResolvers = {
  rate: ({ rate }) => rate / 100,
  base: ({ base }) => rupiah(base),
  amount: ({ amount }) => rupiah(amount),
};

function linkOf(id: string, language: ReceiptLanguage): DocumentLink {
  return { id, language: language === 'ID' ? 'id' : 'en', expiresAt: shortLinkExpiry() };
}

/** As the client prefers; Indonesian where it does not say. */
function languageOf({ language }: Context): ReceiptLanguage {
  return language === 'en' ? 'EN' : 'ID';
}
