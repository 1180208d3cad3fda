/** Says to push services who sends (RFC 8292): a signed token for each service, with the key that browsers subscribe by. */
import { createECDH } from 'node:crypto';
import webPush from 'web-push';

export interface Vapid {
  /** What browsers subscribe by (`applicationServerKey`), in base64url. */
  readonly publicKey: string;
  /** The header `authorization` for a push service. @param service its origin. */
  authorization(service: string): string;
}

export interface VapidSettings {
  /** In base64url: 32 bytes. */
  readonly privateKey: string;
  /** A `mailto:` or `https:` address, at which the operator of a push service reaches the sender. */
  readonly subject: string;
}

const LIFE_SECONDS = 12 * 3_600;
/** A token is renewed well before it ends. */
const RENEWED_SECONDS = 3_600;
/** Services of which a token is remembered: makers of browsers have a few, and anybody may name another. */
const MAXIMUM_SERVICES = 100;

/** The public key of a private one; null for what is none. */
export function publicKeyOf(privateKey: string): string | null {
  const bytes = Buffer.from(privateKey, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== privateKey) return null;
  try {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(bytes);
    return pair.getPublicKey().toString('base64url');
  } catch {
    return null;
  }
}

/** @throws RangeError for what is no private key of the curve P-256. */
export function vapid({ privateKey, subject }: VapidSettings): Vapid {
  const publicKey = publicKeyOf(privateKey);
  if (publicKey === null) throw new RangeError('Not a private key of the curve P-256');
  const signed = new Map<string, { readonly header: string; readonly until: number }>();
  return {
    publicKey,
    authorization(service) {
      const seconds = Math.floor(Date.now() / 1_000);
      const known = signed.get(service);
      if (known !== undefined && known.until - RENEWED_SECONDS > seconds) return known.header;
      const until = seconds + LIFE_SECONDS;
      const { Authorization: header } = webPush.getVapidHeaders(
        ...([service, subject, publicKey, privateKey, 'aes128gcm', until] as const),
      );
      if (signed.size >= MAXIMUM_SERVICES) signed.clear();
      signed.set(service, { header, until });
      return header;
    },
  };
}
