import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildASTSchema, isEnumType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { documentLinks } from '../../../platform/identity/document-links.js';
import { linkTokens } from '../../../platform/identity/link-token.js';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { LANGUAGES } from '../domain/mail.js';
import { TEMPLATES } from './templates.js';
import { mailWriter, UnknownKind } from './write-mail.js';

const SECRET = 'a secret of at least thirty-two characters';
const tokens = linkTokens(SECRET);
const receipts = documentLinks(SECRET, 'https://kedai.example', 'receipt');
const writer = mailWriter(tokens, receipts, 'https://kedai.example');
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

describe('a sales report', () => {
  const figures = { orders: 3, units: 4, gross: 90_000, discounts: 0, refunds: 0, revenue: 90_000 };
  const report = {
    ...{ runId: newId(), place: null, from: '2026-11-23', to: '2026-11-29', by: 'OUTLET' },
    ...{ total: figures, before: { ...figures, orders: 2, revenue: 60_000 } },
    rows: [{ key: '=Kedai <Menteng>', ...figures }],
  };
  const facts = { name: 'Budi', schedule: 'Mondays', report: JSON.stringify(report) };

  it('says the sums beside those before, and its rows, in the mail and in a file', () => {
    const { subject, text, html, attachment } = write('SALES_REPORT', 'en', facts, false);
    expect(subject).toBe('Sales of 23 November 2026 to 29 November 2026 – Kedai');
    for (const line of [
      'Revenue: Rp 90.000 (the period before: Rp 60.000, +50 %)',
      '=Kedai <Menteng>  3  4  Rp 90.000',
      'Your schedule “Mondays” sends this mail.',
    ])
      expect(text.split('\n')).toContain(line);
    expect(html).toMatch(/<td[^>]*>=Kedai &lt;Menteng&gt;<\/td>/);
    expect(attachment).toMatchObject({
      filename: 'sales-2026-11-23-2026-11-29.csv',
      contentType: 'text/csv',
    });
    const [header, row] = attachment?.content.split(/\r?\n/) ?? [];
    expect(header?.replace(/^\uFEFF/, '')).toBe('outlet,orders,units,gross,discounts,refunds,revenue');
    expect(row).toMatch(/^"?'=Kedai <Menteng>"?,3,4,90000,0,0,90000$/);
    expect(write('SALES_REPORT', 'id', facts, false).subject).toBe(
      'Penjualan 23 November 2026 sampai 29 November 2026 – Kedai',
    );
  });
});

it('a stock report says how much is low, and has all rows in a file', () => {
  const row = {
    outlet: 'Kedai Menteng',
    ingredient: '=Susu',
    unit: 'MILLILITRE',
    onHand: 12_000,
    reserved: 0,
  };
  const report = {
    ...{ runId: newId(), place: 'Kedai Menteng', at: '2026-11-30T00:00:00.000Z', items: 2, lowItems: 1 },
    rows: [{ ...row, available: 12_000, reorderPoint: 15_000 }],
  };
  const facts = { name: 'Budi', schedule: 'Mondays', report: JSON.stringify(report) };
  const { subject, text, attachment } = write('STOCK_REPORT', 'en', facts, false);
  expect(subject).toBe('Stock of Kedai Menteng – Kedai');
  for (const line of [
    '1 of 2 items are at or below their reorder point.',
    'Kedai Menteng  =Susu  12.000 ml  15.000 ml',
  ])
    expect(text.split('\n')).toContain(line);
  expect(attachment?.content).toContain("Kedai Menteng,'=Susu,MILLILITRE,12000,0,12000,15000");
  expect(write('STOCK_REPORT', 'id', facts, false).subject).toBe('Stok Kedai Menteng – Kedai');
});

it.each(['FORBIDDEN', 'PLACE_GONE', 'ADDRESS_NOT_CONFIRMED', 'RULE_UNREADABLE', 'TIMED_OUT', 'NOT_MADE'])(
  'a schedule that failed says why: %s',
  (because) => {
    const facts = { name: 'Budi', schedule: 'Mondays', dueAt: '2026-11-30T00:00:00.000Z', because };
    const reasons = LANGUAGES.map(
      (language) => write('SCHEDULE_FAILED', language, facts, false).text.split('\n\n')[2],
    );
    const others = LANGUAGES.map(
      (language) => write('SCHEDULE_FAILED', language, {}, false).text.split('\n\n')[2],
    );
    expect(new Set([...reasons, ...others]).size).toBe(4);
  },
);

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
