/** Read back by the reader that the shop's camera uses. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll, expect, it } from 'vitest';
import { qrModules } from './qr-code.js';

/** As much of it as is used here. */
interface Reader {
  prepareZXingModule(options: {
    overrides: { wasmBinary: ArrayBuffer };
    fireImmediately: true;
  }): Promise<object>;
  readBarcodes(
    image: { data: Uint8ClampedArray; width: number; height: number },
    options: { formats: string[] },
  ): Promise<{ text: string; isValid: boolean }[]>;
}

const requireFrom = createRequire(createRequire(import.meta.url).resolve('barcode-detector'));
let reader: Reader;
beforeAll(async () => {
  reader = requireFrom('zxing-wasm/reader');
  const { buffer, byteOffset, byteLength } = await readFile(
    requireFrom.resolve('zxing-wasm/reader/zxing_reader.wasm'),
  );
  const wasmBinary = new Uint8Array(byteLength);
  wasmBinary.set(new Uint8Array(buffer, byteOffset, byteLength));
  await reader.prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer }, fireImmediately: true });
});

/** Four pixels a module, and the quiet zone around. */
function imageOf(modules: boolean[][]) {
  const width = 4 * (modules.length + 8);
  const data = new Uint8ClampedArray(4 * width * width).fill(255);
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++)
      if (modules[Math.floor(y / 4) - 4]?.[Math.floor(x / 4) - 4] === true)
        data.fill(0, 4 * (y * width + x), 4 * (y * width + x) + 3);
  return { data, width, height: width };
}

const QRIS =
  '00020101021226610014COM.GO-JEK.WWW01189360091433138512340210G3138512340303UKE51440014ID.CO.QRIS.WWW0215ID10200211234560303UKE5204581453033605405220005802ID5912Kedai Teh 7A6013JAKARTA PUSAT61051031062070703A0163040F3B';

it.each([
  ['a short text', 'KEDAI'],
  ['what a provider of QRIS answers', QRIS],
  ['letters beyond Latin', 'Kopi ☕ Teh'],
  ...[30, 90, 150, 213, 500, 1_000, 2_331].map((length): [string, string] => [
    `${length} bytes`,
    'x7'.repeat(length).slice(0, length),
  ]),
])('a reader reads %s', async (_what, text) => {
  const found = await reader.readBarcodes(imageOf(qrModules(text)), { formats: ['QRCode'] });
  expect(found.map((one) => [one.isValid, one.text])).toEqual([[true, text]]);
});

it('refuses a text that no code holds', () => {
  expect(() => qrModules('x'.repeat(2_332))).toThrow(RangeError);
});
