/**
 * Draws a document as PDF: pages of A5, which print on A4 and A5 alike and are read on a phone; long texts wrap, long documents have numbered
 * pages. Tagged for who listens to it (PDF/UA), its fonts are embedded, and the same document is the same bytes. Every text in it is bounded.
 */
import PDFDocument from 'pdfkit';
import { create as createQrCode } from 'qrcode';
import type { PrintedDocument, PrintedRow } from '../kit/printed-document.js';
import { openTypeface, printable, runWidth, type Typeface } from './typefaces.js';
import { type Line, wrap } from './wrap.js';

const MARGIN = 40;
const FOOT = 24;
const SIZE = { heading: 15, text: 9.5, detail: 8, total: 12, foot: 8 };
const LINE_HEIGHT = 1.4;
/** Between a row's name and its amount. */
const GUTTER = 14;
const CODE_SIDE = 96;
/** Modules of white around a QR code (ISO/IEC 18004). */
const QUIET_MODULES = 4;
/** Of a document of 200 rows there are about 20. */
const MOST_PAGES = 100;
const MOST_ROWS = 2_000;

type Element = PDFKit.PDFStructureElement;

let typeface: Typeface | undefined;

/** @throws Error for a document that has too much in it. */
export async function drawDocument(document: PrintedDocument): Promise<Uint8Array<ArrayBuffer>> {
  typeface ??= openTypeface();
  const { language, documentTitle, author, issuedAt } = document;
  const pdf = new PDFDocument({
    ...{ size: 'A5', margin: 0, bufferPages: true, pdfVersion: '1.7', tagged: true },
    ...{ lang: language, displayTitle: true },
    info: {
      ...{ Title: printable(documentTitle), Creator: 'Kedai', Producer: 'Kedai', CreationDate: issuedAt },
      ...{ ModDate: issuedAt, ...(author === null ? {} : { Author: printable(author) }) },
    },
  });
  pdf.initSubset({ subset: 'PDF/UA' });
  const bytes = collect(pdf);
  new Page(pdf, typeface).draw(document);
  pdf.end();
  return bytes;
}

async function collect(pdf: PDFKit.PDFDocument): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of pdf) chunks.push(Buffer.from(chunk));
  return Uint8Array.from(Buffer.concat(chunks));
}

class Page {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #typeface: Typeface;
  readonly #right: number;
  readonly #bottom: number;
  #y = MARGIN;
  #pages = 1;

  constructor(pdf: PDFKit.PDFDocument, typeface: Typeface) {
    this.#pdf = pdf;
    this.#typeface = typeface;
    this.#right = pdf.page.width - MARGIN;
    this.#bottom = pdf.page.height - MARGIN - FOOT;
  }

  draw({ heading, head, groups, code, pageNumber }: PrintedDocument): void {
    if (groups.flat().length > MOST_ROWS) throw new Error('The document has too many rows');
    const root = this.#pdf.struct('Document');
    this.#pdf.addStructure(root);
    this.#paragraph(root, 'H1', heading, SIZE.heading);
    for (const line of head) this.#paragraph(root, 'P', line, SIZE.text);
    const table = this.#pdf.struct('Table');
    root.add(table);
    for (const rows of groups.filter((group) => group.length > 0)) {
      this.#rule();
      for (const row of rows) this.#row(table, row);
    }
    table.end();
    if (code !== null) this.#code(root, code.address, code.caption);
    root.end();
    this.#numberPages(pageNumber);
  }

  #paragraph(parent: Element, tag: string, text: string, size: number): void {
    const element = this.#pdf.struct(tag);
    parent.add(element);
    for (const line of wrap(text, this.#typeface, size, this.#right - MARGIN)) {
      this.#lines([{ element, tag, line, x: MARGIN, size }]);
    }
    element.end();
  }

  #row(table: Element, { name, details, amount, isTotal }: PrintedRow): void {
    const size = isTotal === true ? SIZE.total : SIZE.text;
    const [figure = { runs: [], width: 0 }] = wrap(amount, this.#typeface, size, this.#right - MARGIN);
    const width = this.#right - MARGIN - figure.width - GUTTER;
    const texts = [
      ...wrap(name, this.#typeface, size, width).map((line) => ({ line, size })),
      ...details.flatMap((detail) =>
        wrap(detail, this.#typeface, SIZE.detail, width).map((line) => ({ line, size: SIZE.detail })),
      ),
    ];
    const [row, left, right] = [
      this.#pdf.struct('TR'),
      this.#pdf.struct('TD'),
      this.#pdf.struct('TD'),
    ] as const;
    table.add(row);
    row.add(left).add(right);
    const [first, ...others] = texts;
    this.#lines([
      ...(first === undefined ? [] : [{ element: left, tag: 'TD', x: MARGIN, ...first }]),
      { element: right, tag: 'TD', line: figure, x: this.#right - figure.width, size },
    ]);
    for (const text of others) this.#lines([{ element: left, tag: 'TD', x: MARGIN, ...text }]);
    for (const element of [left, right, row]) element.end();
  }

  /** Texts beside each other, on the next page where this one is full. */
  #lines(
    texts: readonly {
      readonly element: Element;
      readonly tag: string;
      readonly line: Line;
      readonly x: number;
      readonly size: number;
    }[],
  ): void {
    const height = LINE_HEIGHT * Math.max(...texts.map(({ size }) => size));
    this.#reserve(height);
    for (const { element, tag, line, x, size } of texts) {
      if (line.runs.length === 0) continue;
      element.add(this.#content(tag, () => this.#text(line, x, this.#y, size)));
    }
    this.#y += height;
  }

  #content(tag: string, draw: () => void): PDFKit.PDFStructureContent {
    const content = this.#pdf.markStructureContent(tag);
    draw();
    this.#pdf.endMarkedContent();
    return content;
  }

  #text({ runs }: Line, left: number, top: number, size: number): void {
    let x = left;
    for (const run of runs) {
      if (run.box !== undefined) this.#pdf.markContent('Span', { actual: run.box });
      this.#pdf.font(run.font).fontSize(size).text(run.text, x, top, { lineBreak: false });
      if (run.box !== undefined) this.#pdf.endMarkedContent();
      x += runWidth(run, size);
    }
  }

  #rule(): void {
    this.#reserve(12 + SIZE.text * LINE_HEIGHT);
    this.#pdf.markContent('Artifact', { type: 'Layout' });
    this.#pdf
      .lineWidth(0.5)
      .dash(2, { space: 2 })
      .moveTo(MARGIN, this.#y + 6)
      .lineTo(this.#right, this.#y + 6)
      .stroke()
      .undash();
    this.#pdf.endMarkedContent();
    this.#y += 12;
  }

  #code(parent: Element, address: string, caption: string): void {
    const { modules } = createQrCode(address, { errorCorrectionLevel: 'M' });
    this.#reserve(12 + CODE_SIDE + LINE_HEIGHT * SIZE.detail);
    const side = CODE_SIDE / (modules.size + 2 * QUIET_MODULES);
    const [left, top] = [MARGIN + QUIET_MODULES * side, this.#y + 12 + QUIET_MODULES * side];
    const figure = this.#pdf.struct('Figure', { alt: `QR: ${caption}` });
    parent.add(figure);
    figure.add(
      this.#content('Figure', () => {
        for (let row = 0; row < modules.size; row++) {
          for (let column = 0; column < modules.size; column++) {
            if (modules.get(row, column) === 0) continue;
            this.#pdf.rect(left + column * side, top + row * side, side, side);
          }
        }
        this.#pdf.fill('black');
      }),
    );
    figure.end();
    this.#y += 12 + CODE_SIDE;
    this.#paragraph(parent, 'P', caption, SIZE.detail);
  }

  /** @throws Error where the document has too many pages. */
  #reserve(height: number): void {
    if (this.#y + height <= this.#bottom) return;
    this.#pages += 1;
    if (this.#pages > MOST_PAGES) throw new Error('The document has too many pages');
    this.#pdf.addPage();
    this.#y = MARGIN;
  }

  #numberPages(pageNumber: string): void {
    if (this.#pages === 1) return;
    for (let page = 1; page <= this.#pages; page++) {
      this.#pdf.switchToPage(page - 1);
      const text = pageNumber.replace('{page}', String(page)).replace('{pages}', String(this.#pages));
      const [line] = wrap(text, this.#typeface, SIZE.foot, this.#right - MARGIN);
      if (line === undefined) continue;
      this.#pdf.markContent('Artifact', { type: 'Pagination' });
      this.#text(line, this.#right - line.width, this.#bottom + FOOT - SIZE.foot, SIZE.foot);
      this.#pdf.endMarkedContent();
    }
  }
}
