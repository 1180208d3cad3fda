/** What a printed document says, whatever draws it: `domain/` of a subgraph makes one, HTML and PDF have the same words in the same order. */

export interface PrintedDocument {
  readonly language: 'id' | 'en';
  /** Of the file. */
  readonly documentTitle: string;
  /** Who issues it; null where that is not known. */
  readonly author: string | null;
  /** When it was issued: the file says no other time, so that the same document is the same file. */
  readonly issuedAt: Date;
  readonly heading: string;
  /** Below the heading, a line each. */
  readonly head: readonly string[];
  /** Rows that belong together; a line is drawn between groups. */
  readonly groups: readonly (readonly PrintedRow[])[];
  readonly code: PrintedCode | null;
  /** At the foot of each page of several, with `{page}` and `{pages}`. */
  readonly pageNumber: string;
}

export interface PrintedRow {
  readonly name: string;
  /** Below the name, smaller, a line each. */
  readonly details: readonly string[];
  readonly amount: string;
  /** Larger than the others. */
  readonly isTotal?: true;
}

/** A QR code. */
export interface PrintedCode {
  readonly address: string;
  /** What it opens. */
  readonly caption: string;
}
