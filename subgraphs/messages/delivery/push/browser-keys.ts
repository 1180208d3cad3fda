/** The keys that messages to a browser are encrypted by. */
import { createECDH } from 'node:crypto';

const POINT_BYTES = 65;
const SECRET_BYTES = 16;

/** Whether they are a point on the curve P-256 and 16 bytes, in base64url. */
export function areBrowserKeys({
  p256dh,
  auth,
}: {
  readonly p256dh: string;
  readonly auth: string;
}): boolean {
  const [point, secret] = [Buffer.from(p256dh, 'base64url'), Buffer.from(auth, 'base64url')];
  if (point.length !== POINT_BYTES || secret.length !== SECRET_BYTES) return false;
  try {
    const pair = createECDH('prime256v1');
    pair.generateKeys();
    pair.computeSecret(point);
    return true;
  } catch {
    return false;
  }
}
