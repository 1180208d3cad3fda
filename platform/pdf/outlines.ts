/**
 * Makes a WOFF2 font embeddable: fontkit takes the outlines of a subset from where a TTF has them, and a WOFF2 has none there. They are
 * written from the glyphs' paths (OpenType's `glyf` table), composite ones as one outline.
 */
import type { Font, Path } from 'fontkit';

const ON_CURVE = 1;
const HEADER_BYTES = 10;
/** `loca` holds offsets in words, or in two of them. */
const ALIGNMENT = 4;

export function embeddable(font: Font): Font {
  const createSubset = font.createSubset.bind(font);
  font.createSubset = () => {
    const subset = createSubset();
    subset._addGlyph = (id) => {
      const { path, advanceWidth } = font.getGlyph(id);
      const { bytes, left } = outlineOf(path);
      subset.glyf.push(bytes);
      subset.loca.offsets.push(subset.offset);
      subset.hmtx.metrics.push({ advance: advanceWidth, bearing: left });
      subset.offset += bytes.length;
      return subset.glyf.length - 1;
    };
    return subset;
  };
  return font;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly flag: number;
}

/** Empty for a glyph without an outline, such as a space. */
function outlineOf({ commands }: Path): { readonly bytes: Uint8Array; readonly left: number } {
  const points: Point[] = [];
  const ends: number[] = [];
  for (const { command, args } of commands) {
    for (let index = 0; index < args.length; index += 2) {
      const flag = command === 'quadraticCurveTo' && index === 0 ? 0 : ON_CURVE;
      points.push({ x: Math.round(args[index] ?? 0), y: Math.round(args[index + 1] ?? 0), flag });
    }
    if (command === 'closePath') ends.push(points.length - 1);
  }
  if (points.length === 0) return { bytes: new Uint8Array(), left: 0 };
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const length = HEADER_BYTES + 2 * ends.length + 2 + 5 * points.length;
  const bytes = Buffer.alloc(Math.ceil(length / ALIGNMENT) * ALIGNMENT);
  let at = 0;
  const write = (value: number) => {
    at = bytes.writeInt16BE(value, at);
  };
  for (const value of [ends.length, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])
    write(value);
  for (const end of ends) write(end);
  // No instructions.
  write(0);
  for (const { flag } of points) at = bytes.writeUInt8(flag, at);
  for (const values of [xs, ys]) {
    for (const [index, value] of values.entries()) write(value - (values[index - 1] ?? 0));
  }
  return { bytes, left: Math.min(...xs) };
}
