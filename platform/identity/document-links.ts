/**
 * Links to documents (a receipt as PDF) that open without a session: anybody who has it may read the document, until it expires. The
 * token in it names document, language and expiry and is signed, so that it cannot be guessed or altered; nothing is stored for it.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';

export interface DocumentLink {
  /** UUID. */
  readonly id: string;
  readonly language: DocumentLanguage;
  /** In whole seconds. */
  readonly expiresAt: Date;
}

export interface DocumentLinks {
  /** The address that opens the document. */
  address(link: DocumentLink): string;
  /** Null for a token that was not made here, or for another kind of document. Whether it has expired is for the caller to judge. */
  read(token: string): DocumentLink | null;
}

/** Where the gateway serves each kind of document. */
export const DOCUMENT_PATHS = {
  /** By the order that it is of, so that a unit which knows of the order can link to its receipt. */
  receipt: '/receipt.pdf',
  creditNote: '/credit-note.pdf',
} as const;
export type DocumentKind = keyof typeof DOCUMENT_PATHS;

const LANGUAGES = ['id', 'en'] as const;
export type DocumentLanguage = (typeof LANGUAGES)[number];

const ID_BYTES = 16;
/** Id, language, expiry in seconds. */
const CONTENT_BYTES = ID_BYTES + 1 + 4;
/** Of SHA-256, half: 128 bits (RFC 2104 §5). A shorter address is a QR code of fewer modules. */
const SIGNATURE_BYTES = 16;

const DAY_MILLISECONDS = 86_400_000;
const SHORT_DAYS = 30;
/** As long as books are to be stored (Law 28/2007 on tax procedures, article 28). */
const LASTING_DAYS = 3_653;

/** For who may read the document and asks for its link: the same all day. */
export function shortLinkExpiry(): Date {
  return new Date((Math.floor(Date.now() / DAY_MILLISECONDS) + 1 + SHORT_DAYS) * DAY_MILLISECONDS);
}

/** For what has the document's content beside it: its own QR code, the mail with the receipt. */
export function lastingLinkExpiry(issuedAt: Date): Date {
  return new Date(issuedAt.getTime() + LASTING_DAYS * DAY_MILLISECONDS);
}

/**
 * @param secret the units' shared secret; the signing key is derived from it (HKDF, RFC 5869) and serves nothing else.
 * @param kind a token of another kind does not open it.
 */
export function documentLinks(secret: string, publicUrl: string, kind: DocumentKind): DocumentLinks {
  const path = DOCUMENT_PATHS[kind];
  const key = Buffer.from(hkdfSync('sha256', secret, '', `kedai document link: ${kind}`, 32));
  const signatureOf = (content: Uint8Array) =>
    createHmac('sha256', key).update(content).digest().subarray(0, SIGNATURE_BYTES);
  return {
    address({ id, language, expiresAt }) {
      const content = Buffer.alloc(CONTENT_BYTES);
      content.set(parse(id));
      content.writeUInt8(LANGUAGES.indexOf(language), ID_BYTES);
      content.writeUInt32BE(Math.floor(expiresAt.getTime() / 1_000), ID_BYTES + 1);
      const token = Buffer.concat([content, signatureOf(content)]).toString('base64url');
      return `${publicUrl}${path}?token=${token}`;
    },
    read(token) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== CONTENT_BYTES + SIGNATURE_BYTES || bytes.toString('base64url') !== token)
        return null;
      const content = bytes.subarray(0, CONTENT_BYTES);
      if (!timingSafeEqual(bytes.subarray(CONTENT_BYTES), signatureOf(content))) return null;
      const language = LANGUAGES[content.readUInt8(ID_BYTES)];
      if (language === undefined) return null;
      const expiresAt = new Date(1_000 * content.readUInt32BE(ID_BYTES + 1));
      return { id: stringify(content.subarray(0, ID_BYTES)), language, expiresAt };
    },
  };
}
