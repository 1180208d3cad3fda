/** Breaks text into lines of a width: between words, and within a word that is longer than a line. */
import { printable, type Run, runsOf, type Typeface, widthOf } from './typefaces.js';

export interface Line {
  readonly runs: readonly Run[];
  readonly width: number;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** At least one line, which is empty where nothing of the text can be seen. */
export function wrap(text: string, typeface: Typeface, size: number, width: number): Line[] {
  const lineOf = (content: string): Line => {
    const runs = runsOf(content, typeface);
    return { runs, width: widthOf(runs, size) };
  };
  const fits = (content: string) => lineOf(content).width <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const [last = '', ...full] = broken(word, fits).reverse();
    lines.push(...full.reverse());
    line = last;
  }
  return [...lines, line].map(lineOf);
}

/** A word in parts that fit. */
function broken(word: string, fits: (part: string) => boolean): string[] {
  if (fits(word)) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of graphemes.segment(word)) {
    if (part !== '' && !fits(part + segment)) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}
