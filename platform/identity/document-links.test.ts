import { expect, it } from 'vitest';
import { newId } from '../ids.js';
import { type DocumentLink, documentLinks } from './document-links.js';

const SECRET = 'a secret of at least thirty-two characters';
const links = documentLinks(SECRET, 'https://kopi.example', 'receipt');
const LINK: DocumentLink = { id: newId(), language: 'en', expiresAt: new Date('2026-12-31T00:00:00Z') };
const tokenOf = (address: string) => new URL(address).searchParams.get('token') ?? '';

it('a token names the document, its language and when it expires', () => {
  const address = links.address(LINK);
  expect(address).toMatch(/^https:\/\/kopi\.example\/receipt\.pdf\?token=[\w-]{50}$/);
  expect(links.read(tokenOf(address))).toEqual(LINK);
});

it('a token that differs in any character, of another secret or of another kind is none', () => {
  const token = tokenOf(links.address(LINK));
  for (let index = 0; index < token.length; index++) {
    const other = token[index] === 'A' ? 'B' : 'A';
    expect(links.read(token.slice(0, index) + other + token.slice(index + 1))).toBeNull();
  }
  for (const altered of ['', 'x', `${token}A`, `${token}=`, token.slice(1), ` ${token}`])
    expect(links.read(altered)).toBeNull();
  const elsewhere = documentLinks(`${SECRET}!`, 'https://kopi.example', 'receipt');
  const creditNotes = documentLinks(SECRET, 'https://kopi.example', 'creditNote');
  for (const other of [elsewhere, creditNotes]) expect(other.read(token)).toBeNull();
});
