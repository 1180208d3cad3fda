/** Reads PDF files as a viewer does, from their bytes alone: the text of each page, what stands for boxes, and what a QR code shows. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

export interface ReadPdf {
  /** Lines of each page, top to bottom; texts on the same height are joined by a tab, left to right. */
  readonly pages: readonly (readonly string[])[];
  /** What the QR code on the page of that index says; null where there is none. */
  qrCode(page: number): Promise<string | null>;
  /** The file as Latin-1: catalogue, information and structure stand in it as they are. */
  readonly source: string;
}

interface Piece {
  readonly y: number;
  readonly text: string;
  /** Its outermost marked content: two of them on a height are two cells. */
  readonly block: number;
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

export function readPdf(bytes: Uint8Array): ReadPdf {
  const source = Buffer.from(bytes).toString('latin1');
  if (!source.startsWith('%PDF-') || !source.trimEnd().endsWith('%%EOF')) throw new Error('This is no PDF');
  const objects = new Map(
    [...source.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj$/gm)].map(([, id = '', body = '']) => [id, body]),
  );
  const objectOf = (id: string | undefined) => objects.get(id ?? '') ?? '';
  const streamOf = (body: string): string => {
    const start = body.indexOf('stream\n') + 'stream\n'.length;
    const raw = Buffer.from(body.slice(start, body.lastIndexOf('\nendstream')), 'latin1');
    return (body.includes('/FlateDecode') ? inflateSync(raw) : raw).toString('latin1');
  };
  const reference = (body: string, name: string) => new RegExp(`/${name} (\\d+) 0 R`).exec(body)?.[1];
  const kids = /\/Type \/Pages[\s\S]*?\/Kids \[([^\]]*)\]/.exec(source)?.[1] ?? '';
  const pages = [...kids.matchAll(/(\d+) 0 R/g)].map(([, id]) => {
    const page = objectOf(id);
    const resources = objectOf(reference(page, 'Resources'));
    const fonts = new Map(
      [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', font]) => [
        name,
        charactersOf(streamOf(objectOf(reference(objectOf(font), 'ToUnicode')))),
      ]),
    );
    return contentOf(streamOf(objectOf(reference(page, 'Contents'))), fonts);
  });
  return {
    source,
    pages: pages.map(({ pieces }) => linesOf(pieces)),
    qrCode: (page) => decode(pages[page]?.squares ?? []),
  };
}

/** A font's characters by glyph. */
function charactersOf(cmap: string): Map<number, string> {
  const characters = new Map<number, string>();
  for (const [, from = '', list = ''] of cmap.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
    const entries = [...list.matchAll(/<([^>]*)>/g)];
    for (const [index, [, codes = '']] of entries.entries()) {
      const units = codes.split(' ').map((code) => Number.parseInt(code, 16));
      characters.set(Number.parseInt(from, 16) + index, String.fromCharCode(...units));
    }
  }
  return characters;
}

const OPERATION =
  /\/ActualText \(((?:\\[\s\S]|[^\\)])*)\)|1 0 0 1 \S+ (\S+) Tm|\/(F\d+) \S+ Tf|\[(.*)\] TJ|(\S+) (\S+) (\S+) \S+ re|\b(BDC|BMC|EMC)\b/g;

function contentOf(
  content: string,
  fonts: ReadonlyMap<string, ReadonlyMap<number, string>>,
): { readonly pieces: Piece[]; readonly squares: Square[] } {
  const pieces: Piece[] = [];
  const squares: Square[] = [];
  let y = 0;
  let block = 0;
  let font: ReadonlyMap<number, string> = new Map();
  /** What stands in place of the text of each marked content that is open. */
  const marks: (string | null)[] = [];
  let pending: string | null = null;
  for (const [, actual, height, name, shown, left, top, side, mark] of content.matchAll(OPERATION)) {
    if (actual !== undefined) pending = utf16Of(actual);
    else if (height !== undefined) y = Number(height);
    else if (name !== undefined) font = fonts.get(name) ?? new Map();
    else if (shown !== undefined) {
      const glyphs = [...shown.matchAll(/<([0-9a-f]+)>/g)].flatMap(
        ([, hex = '']) => hex.match(/.{4}/g) ?? [],
      );
      const text = glyphs.map((glyph) => font.get(Number.parseInt(glyph, 16)) ?? '').join('');
      pieces.push({ y, block, text: marks.findLast((one) => one !== null) ?? text });
    } else if (left !== undefined) squares.push({ x: Number(left), y: Number(top), side: Number(side) });
    else if (mark === 'EMC') marks.pop();
    else {
      if (marks.length === 0) block += 1;
      marks.push(pending);
      pending = null;
    }
  }
  return { pieces, squares };
}

/** A PDF string with a byte order mark. */
function utf16Of(escaped: string): string {
  const plain = escaped.replace(/\\([\s\S])/g, (_, character: string) =>
    character === 'n' ? '\n' : character === 'r' ? '\r' : character,
  );
  if (!plain.startsWith('\xfe\xff')) return plain;
  return Buffer.from(plain.slice(2), 'latin1').swap16().toString('utf16le');
}

function linesOf(pieces: readonly Piece[]): string[] {
  const lines: { y: number; block: number; text: string }[] = [];
  for (const { y, block, text } of pieces) {
    const line = lines.at(-1);
    if (line?.y !== y) lines.push({ y, block, text });
    else {
      line.text += line.block === block ? text : `\t${text}`;
      line.block = block;
    }
  }
  return lines.map(({ text }) => text);
}

const PIXELS = 4;
const QUIET_PIXELS = 4 * PIXELS;
let isPrepared = false;

/** Draws the squares as a portable graymap and reads it, as a camera would. */
async function decode(squares: readonly Square[]): Promise<string | null> {
  if (squares.length === 0) return null;
  if (!isPrepared) {
    const wasm = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });
    isPrepared = true;
  }
  const scale = PIXELS / Math.min(...squares.map(({ side }) => side));
  const [left, top] = [Math.min(...squares.map(({ x }) => x)), Math.min(...squares.map(({ y }) => y))];
  const placeOf = (from: number, start: number) => Math.round((from - start) * scale) + QUIET_PIXELS;
  const size = Math.max(...squares.map(({ x }) => placeOf(x, left))) + PIXELS + QUIET_PIXELS;
  const pixels = new Uint8Array(size * size).fill(255);
  for (const { x, y } of squares)
    for (let row = 0; row < PIXELS; row += 1) {
      const start = (placeOf(y, top) + row) * size + placeOf(x, left);
      pixels.fill(0, start, start + PIXELS);
    }
  const picture = new Uint8Array(Buffer.concat([Buffer.from(`P5\n${size} ${size}\n255\n`), pixels]));
  const [found] = await readBarcodes(picture, { formats: ['QRCode'] });
  return found?.text ?? null;
}
