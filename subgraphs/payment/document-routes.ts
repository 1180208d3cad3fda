/** Where receipts and credit notes open as PDF, by their signed links. They are read as the subgraph itself: the link says who may. */

import type { Route } from '../../platform/http/server.js';
import {
  type DocumentLink,
  type DocumentLinks,
  documentLinks,
  lastingLinkExpiry,
} from '../../platform/identity/document-links.js';
import type { Scope } from '../../platform/identity/identity.js';
import { documentRoute, type ServedDocument } from '../../platform/pdf/document-route.js';
import type { Drawing } from '../../platform/pdf/drawing.js';
import type { Platform } from '../../platform/platform.js';
import type { CreditNote, OrderReceipt } from './domain/receipt.js';
import {
  creditNotePage,
  type ReceiptLanguage,
  type ReceiptPage,
  receiptPage,
} from './domain/receipt-page.js';
import type { WithOwnPool } from './store/database.js';
import { findOrderOfReceipt, findReceiptsOfOrders } from './store/receipts.js';

/** Of receipts by their order, of credit notes by their own id. */
export interface ReceiptLinks {
  readonly receipt: DocumentLinks;
  readonly creditNote: DocumentLinks;
}

const EVERYWHERE: Scope = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };

const CAPTION = { ID: 'Pindai untuk membuka dokumen ini', EN: 'Scan to open this document' } as const;

export function receiptLinks({ config }: Pick<Platform, 'config'>): ReceiptLinks {
  const secret = config.required(
    'SUBGRAPH_SECRET',
    'links to receipts are signed with a key derived from it',
  );
  return {
    receipt: documentLinks(secret, config.publicUrl, 'receipt'),
    creditNote: documentLinks(secret, config.publicUrl, 'creditNote'),
  };
}

export function documentRoutes(database: WithOwnPool, links: ReceiptLinks, drawing: Drawing): Route[] {
  return [
    documentRoute({
      ...{ kind: 'receipt', links: links.receipt, drawing },
      async find(link) {
        const receipt = (await findReceiptsOfOrders(database, EVERYWHERE, [link.id])).find(isReceipt);
        if (receipt === undefined) return null;
        const page = receiptPage(receipt, languageOf(link));
        return served(page, `receipt-${receipt.number}`, link, receipt, links.receipt);
      },
    }),
    documentRoute({
      ...{ kind: 'creditNote', links: links.creditNote, drawing },
      async find(link) {
        const orderId = await findOrderOfReceipt(database, link.id);
        if (orderId === null) return null;
        const issued = await findReceiptsOfOrders(database, EVERYWHERE, [orderId]);
        const receipt = issued.find(isReceipt);
        const note = issued.find(({ id }) => id === link.id);
        if (note?.series !== 'CREDIT_NOTE' || receipt === undefined) return null;
        const page = creditNotePage(note, receipt.number, languageOf(link));
        return served(page, `credit-note-${note.number}`, link, note, links.creditNote);
      },
    }),
  ];
}

/** The code in it lasts as long as the document, so that the same document is the same file whenever it is opened. */
function served(
  page: ReceiptPage,
  name: string,
  { id, language }: DocumentLink,
  { issuedAt }: OrderReceipt | CreditNote,
  links: DocumentLinks,
): ServedDocument {
  const address = links.address({ id, language, expiresAt: lastingLinkExpiry(issuedAt) });
  const caption = CAPTION[language === 'id' ? 'ID' : 'EN'];
  return { filename: `${name}.pdf`, document: { ...page, code: { address, caption } } };
}

const isReceipt = (one: OrderReceipt | CreditNote): one is OrderReceipt => one.series === 'RECEIPT';

const languageOf = ({ language }: DocumentLink): ReceiptLanguage => (language === 'id' ? 'ID' : 'EN');
