/** What is drawn is read back by ZXing, which is no code of ours. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { type Modules, qrModules } from './qr.js';

const SCALE = 4;
const QUIET_ZONE = 4;

beforeAll(async () => {
  const wasm = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });
});

/** As a portable graymap. */
function picture(modules: Modules): Uint8Array {
  const size = (modules.length + 2 * QUIET_ZONE) * SCALE;
  const pixels = new Uint8Array(size * size).fill(255);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const row = modules[Math.floor(y / SCALE) - QUIET_ZONE];
      if (row?.[Math.floor(x / SCALE) - QUIET_ZONE] === true) pixels[y * size + x] = 0;
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
  ['the longest text', 'y'.repeat(666)],
])('is read back: %s', async (_, content) => {
  const [found] = await readBarcodes(picture(qrModules(content)), { formats: ['QRCode'] });
  expect(found?.text).toBe(content);
});

it('refuses what no code holds', () => {
  expect(() => qrModules('z'.repeat(667))).toThrow(RangeError);
});
