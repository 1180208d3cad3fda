import { describe, expect, it } from 'vitest';
import { newId } from '../ids.js';
import { linkTokens } from './link-token.js';

const SECRET = 'a secret of at least thirty-two characters';

describe('The token of a one-time link', () => {
  it('names the link that it was made for', () => {
    const tokens = linkTokens(SECRET);
    const linkId = newId();
    expect(tokens.linkId('reset', tokens.token('reset', linkId))).toBe(linkId);
  });

  it('fits into an address without escapes', () => {
    expect(linkTokens(SECRET).token('reset', newId())).toMatch(/^[\w-]{64}$/);
  });

  it('is refused for another purpose, with another secret, and with any character changed', () => {
    const tokens = linkTokens(SECRET);
    const token = tokens.token('reset', newId());
    expect(tokens.linkId('invitation', token)).toBeNull();
    expect(linkTokens(`${SECRET}!`).linkId('reset', token)).toBeNull();
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(tokens.linkId('reset', token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
    }
  });

  it('is refused when it is empty, too short or too long', () => {
    const tokens = linkTokens(SECRET);
    const token = tokens.token('reset', newId());
    for (const wrong of ['', token.slice(0, -2), `${token}AA`])
      expect(tokens.linkId('reset', wrong)).toBeNull();
  });
});
