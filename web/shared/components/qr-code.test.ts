/** What is drawn is read back by ZXing, which the shop's camera uses. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import QrCode from './qr-code.js';

const SCALE = 4;

beforeAll(async () => {
  const wasm = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });
});

/** The drawing as a portable graymap: every square of its path is dark. */
function picture(content: string): Uint8Array {
  const markup = renderToStaticMarkup(createElement(QrCode, { content, label: 'Pay' }));
  const size = Number(/viewBox="0 0 (\d+)/.exec(markup)?.[1]) * SCALE;
  const pixels = new Uint8Array(size * size).fill(255);
  for (const [, x, y] of markup.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let row = 0; row < SCALE; row += 1) {
      const start = (Number(y) * SCALE + row) * size + Number(x) * SCALE;
      pixels.fill(0, start, start + SCALE);
    }
  return new Uint8Array(Buffer.concat([Buffer.from(`P5\n${size} ${size}\n255\n`), pixels]));
}

const QRIS =
  '00020101021226610014COM.GO-JEK.WWW01189360091431234567890210G1234567890303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204581253033605405220005802ID5906KEDAI 6007JAKARTA61051031062070703A0163041A2B';

it.each([
  ['a short text', 'kedai'],
  ['a QRIS payment', QRIS],
  ['letters beyond ASCII', 'Teh Susu – é 茶'],
  ['a text of version 7, with version information', 'x'.repeat(110)],
  ['the longest text', 'y'.repeat(2_331)],
])('is read back: %s', async (_, content) => {
  const [found] = await readBarcodes(picture(content), { formats: ['QRCode'] });
  expect(found?.text).toBe(content);
});

it('refuses what no code holds', () => {
  expect(() => picture('z'.repeat(2_332))).toThrow(RangeError);
});
