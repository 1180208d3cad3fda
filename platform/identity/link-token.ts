/**
 * The secret of a one-time link (password reset, invitation, verification of an address): derived from the link's id with a
 * key that every unit has, so that no database row and no event contains it. The unit that mails a link needs its id alone.
 * Expiry and single use are the business of the row that the id names.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';

const ID_BYTES = 16;
const SIGNATURE_BYTES = 32;
const SALT = '';

export interface LinkTokens {
  /** The token of the link `linkId` (UUID) for one purpose: 64 characters of base64url. */
  token(purpose: string, linkId: string): string;
  /** The id of the link that this token was made for, or null if it was made by another key or for another purpose. */
  linkId(purpose: string, token: string): string | null;
}

/** @param secret the units' shared secret; the signing key is derived from it (HKDF, RFC 5869) and serves nothing else. */
export function linkTokens(secret: string): LinkTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, SALT, 'kedai one-time link', SIGNATURE_BYTES));
  const signature = (purpose: string, id: Uint8Array): Buffer =>
    createHmac('sha256', key).update(purpose).update('\n').update(id).digest();

  return {
    token(purpose, linkId) {
      const id = parse(linkId);
      return Buffer.concat([id, signature(purpose, id)]).toString('base64url');
    },
    linkId(purpose, token) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== ID_BYTES + SIGNATURE_BYTES) return null;
      const id = bytes.subarray(0, ID_BYTES);
      if (!timingSafeEqual(bytes.subarray(ID_BYTES), signature(purpose, id))) return null;
      return stringify(id);
    },
  };
}
