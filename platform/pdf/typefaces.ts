/**
 * The typeface of PDF documents, Plus Jakarta Sans, which is embedded: Latin with all its accents. Text is made of runs of one font each; a
 * grapheme that no font has (中, an emoji, an Arabic letter) becomes a box, whose characters stay in the file for who searches or listens.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { embeddable } from './outlines.js';

export interface Typeface {
  /** Files of the same design, those of the most common characters first. */
  readonly fonts: readonly Font[];
}

/** Text in one font. */
export interface Run {
  readonly text: string;
  readonly font: Font;
  /** What stands in its place where the typeface has no letters for it: a box. */
  readonly box?: string;
}

const SUBSETS = ['latin', 'latin-ext', 'vietnamese'];
/** Of private use, so that no font has a glyph for it: it is drawn as what fonts have for that, a box. */
const BOX = '\uE000';
/** Characters of one text that are drawn: more is no name. */
const LONGEST_TEXT = 500;
/** In code points: a letter may have any number of accents. */
const LONGEST_GRAPHEME = 8;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function openTypeface(): Typeface {
  const require = createRequire(import.meta.url);
  const fileOf = (subset: string) =>
    require.resolve(
      `@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-${subset}-wght-normal.woff2`,
    );
  const fonts = SUBSETS.map((subset) => embeddable(create(readFileSync(fileOf(subset)))));
  // A glyph has the characters that it was first asked for by: as a part of another, it would have none.
  for (const font of fonts) for (const character of font.characterSet) font.glyphForCodePoint(character);
  return { fonts };
}

/** Without what is not to be seen: control and format characters, and those that turn the direction of writing. One line. */
export function printable(text: string): string {
  const start = text.slice(0, 4 * LONGEST_TEXT).normalize('NFC');
  const clean = start
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .trim();
  const characters = [...clean];
  return characters.length > LONGEST_TEXT || text.length > 4 * LONGEST_TEXT
    ? `${characters.slice(0, LONGEST_TEXT).join('')}…`
    : clean;
}

/** @param text one line, `printable`. */
export function runsOf(text: string, { fonts }: Typeface): Run[] {
  const [main] = fonts;
  if (main === undefined) throw new Error('A typeface has a font');
  const runs: Run[] = [];
  for (const { segment } of graphemes.segment(text)) {
    const seen = [...segment].filter((character) => !/[\p{Cf}\p{Variation_Selector}]/u.test(character));
    if (seen.length === 0) continue;
    const isBounded = seen.length <= LONGEST_GRAPHEME;
    const font = fonts.find(
      (each) =>
        isBounded && seen.every((character) => each.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)),
    );
    const last = runs.at(-1);
    if (font === undefined) {
      runs.push({ text: BOX, font: main, box: [...segment].slice(0, LONGEST_GRAPHEME).join('') });
    } else if (last?.font === font && last.box === undefined) {
      runs[runs.length - 1] = { text: last.text + seen.join(''), font };
    } else {
      runs.push({ text: seen.join(''), font });
    }
  }
  return runs;
}

export function widthOf(runs: readonly Run[], size: number): number {
  return runs.reduce((width, run) => width + runWidth(run, size), 0);
}

export function runWidth({ text, font }: Run, size: number): number {
  return (font.layout(text).advanceWidth / font.unitsPerEm) * size;
}
