/** Entity tags (RFC 9110, section 8.8.3): a client that has an answer asks whether it is still the same. */
import { createHash } from 'node:crypto';

/** A weak one: the same for every encoding of the content. */
export function entityTagOf(content: string | Buffer): string {
  return `W/"${createHash('sha1').update(content).digest('base64url')}"`;
}

/** Whether `if-none-match` names it. Compared weakly, as the specification demands. */
export function isKnownTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = tag.replace(/^W\//, '');
  return ifNoneMatch
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one.replace(/^W\//, '') === opaque);
}
