/** The part of fontkit 2 that is used here; it has no types of its own. */
declare module 'fontkit' {
  export interface Glyph {
    readonly advanceWidth: number;
    /** Of a composite glyph, the outlines of its parts. */
    readonly path: Path;
  }

  /** Of a TrueType font. */
  export interface Path {
    readonly commands: readonly {
      readonly command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'closePath';
      readonly args: readonly number[];
    }[];
  }

  export interface Font {
    readonly unitsPerEm: number;
    readonly characterSet: readonly number[];
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    getGlyph(id: number): Glyph;
    layout(text: string): { readonly advanceWidth: number };
    createSubset(): Subset;
  }

  /** Of a TrueType font. */
  export interface Subset {
    readonly glyf: Uint8Array[];
    readonly loca: { readonly offsets: number[] };
    readonly hmtx: { readonly metrics: { readonly advance: number; readonly bearing: number }[] };
    offset: number;
    /** Writes a glyph of the font, by its id there. */
    _addGlyph(id: number): number;
  }

  export function create(data: Uint8Array): Font;
}
