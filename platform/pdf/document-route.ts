/**
 * A route that serves documents as PDF by signed links (document-links.ts), to be opened without a session: 404 for a link that is none, 410
 * for one that has expired, 503 while too many documents wait, each in plain words in the link's language.
 */
import type { ServerResponse } from 'node:http';
import { type Route, sendText } from '../http/server.js';
import {
  DOCUMENT_PATHS,
  type DocumentKind,
  type DocumentLink,
  type DocumentLinks,
} from '../identity/document-links.js';
import type { PrintedDocument } from '../kit/printed-document.js';
import { type Drawing, DrawingRefused } from './drawing.js';

export interface ServedDocument {
  /** What it is saved as: ASCII letters, digits and hyphens, with its ending. */
  readonly filename: string;
  readonly document: PrintedDocument;
}

export interface DocumentRouteOptions {
  readonly kind: DocumentKind;
  readonly links: DocumentLinks;
  readonly drawing: Drawing;
  /** Null for a document that is gone. */
  find(link: DocumentLink): Promise<ServedDocument | null>;
}

/** A document never changes, but its link ends. */
const CACHE_SECONDS = 3_600;

const TEXTS = {
  id: {
    unknown: 'Tautan ini tidak dikenal: mungkin tidak tersalin utuh. Buka lagi dari aplikasi atau email.\n',
    expired: 'Tautan ini sudah kedaluwarsa. Buka lagi dari aplikasi untuk tautan baru.\n',
    BUSY: 'DOCUMENT_BUSY: terlalu banyak dokumen sedang dibuat. Coba lagi sebentar lagi.\n',
    FAILED: 'DOCUMENT_FAILED: dokumen ini tidak dapat dibuat.\n',
  },
  en: {
    unknown: 'This link is unknown: it may not have been copied whole. Open it again from the app or mail.\n',
    expired: 'This link has expired. Open the document from the app again for a new one.\n',
    BUSY: 'DOCUMENT_BUSY: too many documents are being made. Try again in a moment.\n',
    FAILED: 'DOCUMENT_FAILED: this document cannot be made.\n',
  },
} as const;

export function documentRoute({ kind, links, drawing, find }: DocumentRouteOptions): Route {
  return {
    method: 'GET',
    path: DOCUMENT_PATHS[kind],
    async handle(_request, response, url) {
      response
        .setHeader('cache-control', 'no-store')
        .setHeader('x-content-type-options', 'nosniff')
        .setHeader('referrer-policy', 'no-referrer')
        .setHeader('x-robots-tag', 'noindex');
      const link = links.read(url.searchParams.get('token') ?? '');
      if (link === null) return sendText(response, 404, TEXTS.id.unknown + TEXTS.en.unknown);
      const texts = TEXTS[link.language];
      if (link.expiresAt <= new Date()) return sendText(response, 410, texts.expired);
      const found = await find(link);
      if (found === null) return sendText(response, 404, texts.unknown);
      try {
        send(response, found.filename, await drawing.draw(found.document));
      } catch (error) {
        if (!(error instanceof DrawingRefused)) throw error;
        if (error.code === 'BUSY') response.setHeader('retry-after', '5');
        sendText(response, error.code === 'BUSY' ? 503 : 500, texts[error.code]);
      }
    },
  };
}

function send(response: ServerResponse, filename: string, bytes: Uint8Array): void {
  response
    .writeHead(200, {
      'content-type': 'application/pdf',
      'content-length': bytes.byteLength,
      'content-disposition': `inline; filename="${filename}"`,
      'cache-control': `private, max-age=${CACHE_SECONDS}`,
    })
    .end(bytes);
}
