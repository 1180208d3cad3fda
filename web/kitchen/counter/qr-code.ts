/**
 * The modules of a QR code (ISO/IEC 18004) for text in bytes, with error correction level M: the smallest version that holds the text, the
 * mask with the fewest faults. Pure.
 */
/** By version, from 1: codewords of error correction in a block, and blocks. */
const CORRECTION = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
  31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
];
const LEVEL_M = 0;

type Grid = (boolean | undefined)[][];

/** Rows of modules, dark ones true. @throws RangeError for text that no version holds. */
export function qrModules(text: string): boolean[][] {
  const bytes = [...new TextEncoder().encode(text)];
  const version = versionFor(bytes.length);
  const codewords = withCorrection(dataOf(bytes, version), version);
  const masked = MASKS.map((_, mask) => drawn(version, codewords, mask));
  const faults = masked.map(faultsIn);
  return masked[faults.indexOf(Math.min(...faults))] ?? [];
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? 0;
}

/** Bits that are not taken by patterns, in whole bytes. */
function capacity(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const along = Math.floor(version / 7) + 2;
    modules -= (25 * along - 10) * along - 55;
    if (version >= 7) modules -= 36;
  }
  return Math.floor(modules / 8);
}

function dataCapacity(version: number): number {
  return capacity(version) - at(CORRECTION, version - 1) * at(BLOCKS, version - 1);
}

const lengthBits = (version: number) => (version < 10 ? 8 : 16);

function versionFor(length: number): number {
  for (let version = 1; version <= 40; version++)
    if (4 + lengthBits(version) + 8 * length <= 8 * dataCapacity(version)) return version;
  throw new RangeError(`A QR code does not hold ${length} bytes`);
}

/** Byte mode, its length, the bytes, an end and padding. */
function dataOf(bytes: readonly number[], version: number): number[] {
  const bits: number[] = [];
  const push = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >>> bit) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, lengthBits(version));
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, 8 * dataCapacity(version) - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < 8 * dataCapacity(version); pad ^= 0xec ^ 0x11) push(pad, 8);
  return Array.from({ length: bits.length / 8 }, (_, byte) =>
    bits.slice(8 * byte, 8 * byte + 8).reduce((value, bit) => 2 * value + bit, 0),
  );
}

/** Blocks of data, the later ones longer by one where it does not divide, and their correction, interleaved. */
function withCorrection(data: readonly number[], version: number): number[] {
  const blocks = at(BLOCKS, version - 1);
  const length = at(CORRECTION, version - 1);
  const short = Math.floor(data.length / blocks);
  const firstLong = blocks - (data.length % blocks);
  const divisor = divisorOf(length);
  const parts = Array.from({ length: blocks }, (_, block) => {
    const start = block * short + Math.max(0, block - firstLong);
    return data.slice(start, start + short + (block >= firstLong ? 1 : 0));
  });
  const corrections = parts.map((part) => remainderOf(part, divisor));
  const result: number[] = [];
  for (let index = 0; index <= short; index++)
    for (const part of parts) if (index < part.length) result.push(at(part, index));
  for (let index = 0; index < length; index++) for (const part of corrections) result.push(at(part, index));
  return result;
}

/** In the field of 2^8 with the polynomial 0x11d. */
function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((other >>> bit) & 1) * one;
  }
  return product;
}

function divisorOf(degree: number): number[] {
  let result = [...Array<number>(degree - 1).fill(0), 1];
  for (let index = 0, root = 1; index < degree; index++, root = times(root, 2))
    result = result.map((value, place) => times(value, root) ^ at(result, place + 1));
  return result;
}

function remainderOf(data: readonly number[], divisor: readonly number[]): number[] {
  let result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ at(result, 0);
    result = [...result.slice(1), 0].map((value, place) => value ^ times(at(divisor, place), factor));
  }
  return result;
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function drawn(version: number, codewords: readonly number[], mask: number): boolean[][] {
  const size = 17 + 4 * version;
  const grid = patterns(version, size, mask);
  const isMasked = MASKS[mask] ?? (() => false);
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = grid[y];
        if (row === undefined || row[x] !== undefined) continue;
        const isDark = ((at(codewords, bit >>> 3) >>> (7 - (bit & 7))) & 1) === 1;
        bit += 1;
        row[x] = isDark !== isMasked(x, y);
      }
    }
  }
  return grid.map((row) => row.map((isDark) => isDark === true));
}

/** What is the same in every code of the version and mask; undefined where data goes. */
function patterns(version: number, size: number, mask: number): Grid {
  const grid: Grid = Array.from({ length: size }, () => Array<boolean | undefined>(size).fill(undefined));
  const set = (x: number, y: number, isDark: boolean) => {
    const row = grid[y];
    if (row !== undefined && x >= 0 && x < size) row[x] = isDark;
  };
  const square = (x: number, y: number, reach: number, isDark: (distance: number) => boolean) => {
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++)
        set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (let place = 0; place < size; place++) {
    set(6, place, place % 2 === 0);
    set(place, 6, place % 2 === 0);
  }
  const centres = centresOf(version, size);
  const last = centres.length - 1;
  centres.forEach((x, column) => {
    centres.forEach((y, row) => {
      const isCorner =
        (column === 0 && row === 0) || (column === 0 && row === last) || (column === last && row === 0);
      if (!isCorner) square(x, y, 2, (distance) => distance !== 1);
    });
  });
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    square(x, y, 4, (distance) => distance !== 2 && distance !== 4);
  const format = protectedBits((LEVEL_M << 3) | mask, 10, 0x537) ^ 0x5412;
  for (let bit = 0; bit < 15; bit++) {
    const isDark = ((format >>> bit) & 1) === 1;
    set(8, bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, isDark);
    set(bit < 8 ? size - 1 - bit : bit < 9 ? 7 : 14 - bit, 8, isDark);
  }
  set(8, size - 8, true);
  if (version >= 7) {
    const bits = protectedBits(version, 12, 0x1f25);
    for (let bit = 0; bit < 18; bit++) {
      const [near, far] = [Math.floor(bit / 3), size - 11 + (bit % 3)];
      const isDark = ((bits >>> bit) & 1) === 1;
      set(far, near, isDark);
      set(near, far, isDark);
    }
  }
  return grid;
}

/** Of the small squares, along each side. */
function centresOf(version: number, size: number): number[] {
  if (version === 1) return [];
  const along = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (along * 2 - 2)) * 2;
  return [6, ...Array.from({ length: along - 1 }, (_, index) => size - 7 - (along - 2 - index) * step)];
}

/** A value and its BCH code of so many bits. */
function protectedBits(value: number, length: number, generator: number): number {
  let rest = value;
  for (let bit = 0; bit < length; bit++) rest = (rest << 1) ^ ((rest >>> (length - 1)) * generator);
  return (value << length) | rest;
}

/** Long runs of one colour and 2 by 2 squares, which scanners read badly, and how far it is from half dark. */
function faultsIn(grid: readonly (readonly boolean[])[]): number {
  const columns = grid.map((_, x) => grid.map((row) => row[x] === true));
  let faults = 0;
  for (const lines of [grid, columns])
    for (const line of lines)
      for (const run of line
        .map((isDark) => (isDark ? '1' : '0'))
        .join('')
        .match(/0+|1+/g) ?? [])
        if (run.length >= 5) faults += run.length - 2;
  grid.forEach((row, y) => {
    row.forEach((isDark, x) => {
      const next = grid[y + 1];
      if (next?.[x] === isDark && row[x + 1] === isDark && next[x + 1] === isDark) faults += 3;
    });
  });
  const modules = grid.flat();
  const dark = modules.filter(Boolean).length / modules.length;
  return faults + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
}
