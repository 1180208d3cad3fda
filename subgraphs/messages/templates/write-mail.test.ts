import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildASTSchema, isEnumType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { linkTokens } from '../../../platform/identity/link-token.js';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { LANGUAGES } from '../domain/mail.js';
import { TEMPLATES } from './templates.js';
import { mailWriter, UnknownKind } from './write-mail.js';

const tokens = linkTokens('a secret of at least thirty-two characters');
const writer = mailWriter(tokens, 'https://kedai.example');
const CUSTOMER = newId('Customer');
const KINDS = Object.keys(TEMPLATES);
const link = { purpose: 'reset', linkId: newId(), expiresAt: new Date('2026-11-29T09:30:00.000Z') };

function write(kind: string, language: 'id' | 'en', facts: Record<string, string> = {}, withLink = true) {
  return writer.write({ customerId: CUSTOMER, kind, language, facts, link: withLink ? link : null });
}

describe('the kinds of mail', () => {
  it('are those of the schema', async () => {
    const sdl = await readFile(join(PROJECT_FOLDER, 'schema', 'messages.graphql'), 'utf8');
    const type = buildASTSchema(parse(sdl), { assumeValidSDL: true }).getType('MailKind');
    const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
    expect(values.toSorted()).toEqual(KINDS.toSorted());
  });

  it('that only a later version has are refused by name', () => {
    expect(() => write('BIRTHDAY', 'en')).toThrow(UnknownKind);
  });

  it.each(KINDS.flatMap((kind) => LANGUAGES.map((language) => [kind, language] as const)))(
    '%s, in %s: say the same as text and as HTML, and leave no value out',
    (kind, language) => {
      const facts = {
        ...{ name: 'Rina', at: '2026-11-29T09:00:00.000Z', newEmail: 'r…@kedai.test', change: 'ENABLED' },
        ...{ role: 'BARISTA', place: 'Kedai Menteng', invitedBy: 'Budi' },
      };
      const { subject, text, html } = write(kind, language, facts, kind !== 'PASSWORD_CHANGED');
      expect(subject).toMatch(/Kedai/);
      expect(html).toContain(`lang="${language}"`);
      expect(text + html).not.toMatch(/undefined|null|NaN/);
      const words = (given: string) =>
        given
          .replaceAll(/<title>.*?<\/title>|<[^>]+>/g, ' ')
          .replaceAll('&#39;', "'")
          .split(/[\s:]+/);
      expect(words(html)).toEqual(expect.arrayContaining(words(text)));
    },
  );
});

describe('an order to a supplier', () => {
  const facts = {
    ...{ number: '12', supplier: 'PT Susu & Teh', place: 'Kedai Menteng', address: 'Jl. Menteng 1' },
    ...{ expectedOn: 'Senin, 7 Desember 2026', note: '', total: 'Rp 660.000' },
    lines: JSON.stringify([['L-12', 'Susu <segar>', '3 × 12.000 ml', 'Rp 660.000']]),
  };

  it('is in the mail line by line, as text and as a table', () => {
    const { subject, text, html } = write('PURCHASE_ORDER', 'id', facts, false);
    expect(subject).toBe('Pesanan pembelian 12 dari Kedai Menteng');
    for (const line of [
      'Halo PT Susu & Teh,',
      'Kirim ke: Kedai Menteng, Jl. Menteng 1',
      'Diharapkan tiba: Senin, 7 Desember 2026',
      'L-12  Susu <segar>  3 × 12.000 ml  Rp 660.000',
      'Total: Rp 660.000',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toContain('Catatan');
    expect(html).toMatch(/<td[^>]*>Susu &lt;segar&gt;<\/td>/);
  });
});

describe('a link', () => {
  it('has its token on a line of its own in the text, and leads to the page of its purpose', () => {
    const { text, html } = write('PASSWORD_RESET', 'en');
    const token = tokens.token('reset', link.linkId);
    expect(text.split('\n')).toContain(`https://kedai.example/reset?token=${token}`);
    expect(html).toContain(`href="https://kedai.example/reset?token=${token}"`);
    expect(tokens.linkId('reset', /token=([\w-]+)/.exec(text)?.[1] ?? '')).toBe(link.linkId);
  });

  it('says until when it works, in the chain’s time', () => {
    expect(write('PASSWORD_RESET', 'en').text).toContain('until 29 November 2026 at 16:30 WIB');
    expect(write('PASSWORD_RESET', 'id').text).toContain('sampai 29 November 2026 pukul 16.30 WIB');
  });
});

describe('a value', () => {
  it('is text in HTML, whatever it contains', () => {
    const { html, text } = write('PASSWORD_RESET', 'en', { name: `<b onclick='x'>"Rina" & co` });
    expect(text).toContain(`Hello <b onclick='x'>"Rina" & co,`);
    expect(html).toContain('Hello &lt;b onclick=&#39;x&#39;&gt;&quot;Rina&quot; &amp; co,');
    expect(html).not.toContain('<b ');
  });

  it.each([
    'Win at https://evil.example',
    'evil.example',
    'www.evil.id now',
    'pay@evil.example',
    'x'.repeat(101),
  ])('that strangers choose is left out where it could pass for a link: %s', (name) => {
    expect(write('PASSWORD_RESET', 'en', { name }).text).toMatch(/^Hello,\n/);
    expect(write('STAFF_INVITATION', 'en', { role: 'BARISTA', place: name, invitedBy: name }).text).toContain(
      'You are invited to work as barista at Kedai.',
    );
  });

  it.each(['St. Maria', 'J.K. Rowling', "D'Arcy", 'Sri\u0000\r\nWahyuni'])(
    'that is a name stays: %s',
    (name) => {
      expect(write('PASSWORD_RESET', 'en', { name }).text).toContain(
        `Hello ${name.replaceAll(/[\0\r\n]+/g, ' ')},\n`,
      );
    },
  );
});

it('a mail names no host but the chain’s own', () => {
  for (const kind of KINDS) {
    const hosts = [...write(kind, 'en').html.matchAll(/https?:\/\/([^/"<]+)/g)].map(([, host]) => host);
    expect(hosts.filter((host) => host !== 'kedai.example')).toEqual([]);
  }
});
