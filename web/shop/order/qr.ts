/** QR codes (ISO/IEC 18004, model 2) of bytes at error correction level M, in the smallest version that holds them, up to 20. */

/** By version: data codewords, error correction codewords of a block, blocks. */
const VERSIONS: readonly (readonly [number, number, number])[] = [
  [16, 10, 1],
  [28, 16, 1],
  [44, 26, 1],
  [64, 18, 2],
  [86, 24, 2],
  [108, 16, 4],
  [124, 18, 4],
  [154, 22, 4],
  [182, 22, 5],
  [216, 26, 5],
  [254, 30, 5],
  [290, 22, 8],
  [334, 22, 9],
  [365, 24, 9],
  [415, 24, 10],
  [453, 28, 10],
  [507, 28, 11],
  [563, 26, 13],
  [627, 26, 14],
  [669, 26, 16],
];
/** Level M in the format information. */
const LEVEL_BITS = 0;
/** Penalties of ISO/IEC 18004, 7.8.3. */
const RUN_PENALTY = 3;
const BLOCK_PENALTY = 3;
const FINDER_PENALTY = 40;
const BALANCE_PENALTY = 10;
const FINDER_LIKE = ['10111010000', '00001011101'];

export type Modules = readonly (readonly boolean[])[];

/** Rows of modules, dark ones true, without the quiet zone. @throws RangeError for more than 666 bytes. */
export function qrModules(content: string): Modules {
  const bytes = new TextEncoder().encode(content);
  const version = VERSIONS.findIndex(([data], index) => bytes.length <= data - (index < 9 ? 2 : 3)) + 1;
  const layout = VERSIONS[version - 1];
  if (layout === undefined) throw new RangeError('Too long for a QR code of version 20');
  const words = interleaved(dataWords(bytes, version, layout[0]), layout);
  const size = version * 4 + 17;
  const grid = new Grid(size);
  drawFunctions(grid, version);
  drawWords(grid, words);
  let best: { readonly modules: boolean[][]; readonly penalty: number } | undefined;
  for (let mask = 0; mask < 8; mask += 1) {
    const modules = masked(grid, mask);
    const penalty = penaltyOf(modules);
    if (best === undefined || penalty < best.penalty) best = { modules, penalty };
  }
  return best?.modules ?? [];
}

class Grid {
  readonly modules: boolean[][];
  readonly isFunction: boolean[][];

  constructor(readonly size: number) {
    this.modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
    this.isFunction = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  }

  set(x: number, y: number, isDark: boolean): void {
    const row = this.modules[y];
    const functions = this.isFunction[y];
    if (row === undefined || functions === undefined || x < 0 || x >= this.size) return;
    row[x] = isDark;
    functions[x] = true;
  }
}

function dataWords(bytes: Uint8Array, version: number, capacity: number): number[] {
  const bits: number[] = [];
  const push = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  push(4, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, capacity * 8 - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8)
    words.push(bits.slice(at, at + 8).reduce((word, bit) => (word << 1) | bit, 0));
  for (let pad = 0xec; words.length < capacity; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

function interleaved(
  data: readonly number[],
  [, correction, blocks]: readonly [number, number, number],
): number[] {
  const shortLength = Math.floor(data.length / blocks);
  const longBlocks = data.length % blocks;
  const divisor = divisorOf(correction);
  const parts: number[][] = [];
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const length = shortLength + (block >= blocks - longBlocks ? 1 : 0);
    parts.push(data.slice(at, at + length));
    at += length;
  }
  const words: number[] = [];
  for (let at = 0; at <= shortLength; at += 1)
    for (const part of parts) words.push(...part.slice(at, at + 1));
  const corrections = parts.map((part) => remainderOf(part, divisor));
  for (let at = 0; at < correction; at += 1) for (const part of corrections) words.push(part[at] ?? 0);
  return words;
}

/** In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function multiplied(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((other >>> bit) & 1) * one;
  }
  return product;
}

function divisorOf(degree: number): number[] {
  const divisor = [...Array<number>(degree - 1).fill(0), 1];
  for (let step = 0, root = 1; step < degree; step += 1, root = multiplied(root, 2))
    for (let at = 0; at < degree; at += 1)
      divisor[at] = multiplied(divisor[at] ?? 0, root) ^ (at + 1 < degree ? (divisor[at + 1] ?? 0) : 0);
  return divisor;
}

function remainderOf(data: readonly number[], divisor: readonly number[]): number[] {
  const rest = divisor.map(() => 0);
  for (const word of data) {
    const factor = word ^ (rest.shift() ?? 0);
    rest.push(0);
    divisor.forEach((one, at) => {
      rest[at] = (rest[at] ?? 0) ^ multiplied(one, factor);
    });
  }
  return rest;
}

function drawFunctions(grid: Grid, version: number): void {
  const { size } = grid;
  for (let at = 0; at < size; at += 1) {
    grid.set(6, at, at % 2 === 0);
    grid.set(at, 6, at % 2 === 0);
  }
  const positions = alignmentPositions(version, size);
  const last = positions.length - 1;
  positions.forEach((x, column) => {
    positions.forEach((y, row) => {
      const isCorner = (column === 0 && (row === 0 || row === last)) || (column === last && row === 0);
      if (!isCorner) drawRings(grid, x, y, 2, (distance) => distance !== 1);
    });
  });
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    drawRings(grid, x, y, 4, (distance) => distance !== 2 && distance !== 4);
  drawFormat(grid, 0);
  drawVersion(grid, version);
}

function drawRings(
  grid: Grid,
  x: number,
  y: number,
  radius: number,
  isDark: (distance: number) => boolean,
): void {
  for (let dy = -radius; dy <= radius; dy += 1)
    for (let dx = -radius; dx <= radius; dx += 1)
      grid.set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
}

function alignmentPositions(version: number, size: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => size - 7 - (count - 2 - at) * step)];
}

function drawFormat(grid: Grid, mask: number): void {
  const { size } = grid;
  const data = (LEVEL_BITS << 3) | mask;
  let rest = data;
  for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (at: number) => ((bits >>> at) & 1) === 1;
  for (let at = 0; at <= 5; at += 1) grid.set(8, at, bit(at));
  grid.set(8, 7, bit(6));
  grid.set(8, 8, bit(7));
  grid.set(7, 8, bit(8));
  for (let at = 9; at < 15; at += 1) grid.set(14 - at, 8, bit(at));
  for (let at = 0; at < 8; at += 1) grid.set(size - 1 - at, 8, bit(at));
  for (let at = 8; at < 15; at += 1) grid.set(8, size - 15 + at, bit(at));
  grid.set(8, size - 8, true);
}

function drawVersion(grid: Grid, version: number): void {
  if (version < 7) return;
  let rest = version;
  for (let step = 0; step < 12; step += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let at = 0; at < 18; at += 1) {
    const isDark = ((bits >>> at) & 1) === 1;
    const far = grid.size - 11 + (at % 3);
    const near = Math.floor(at / 3);
    grid.set(far, near, isDark);
    grid.set(near, far, isDark);
  }
}

function drawWords(grid: Grid, words: readonly number[]): void {
  const { size, modules, isFunction } = grid;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const isUpward = ((right + 1) & 2) === 0;
      const y = isUpward ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = modules[y];
        if (row === undefined || isFunction[y]?.[x] === true || at >= words.length * 8) continue;
        row[x] = (((words[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1;
        at += 1;
      }
    }
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function masked(grid: Grid, mask: number): boolean[][] {
  const copy = new Grid(grid.size);
  grid.modules.forEach((row, y) => {
    row.forEach((isDark, x) => {
      const isFlipped = grid.isFunction[y]?.[x] !== true && MASKS[mask]?.(x, y) === true;
      copy.set(x, y, isDark !== isFlipped);
    });
  });
  drawFormat(copy, mask);
  return copy.modules;
}

function penaltyOf(modules: readonly (readonly boolean[])[]): number {
  const columns = modules.map((_, x) => modules.map((row) => row[x] === true));
  let penalty = 0;
  for (const line of [...modules, ...columns]) {
    const text = line.map((isDark) => (isDark ? '1' : '0')).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) penalty += RUN_PENALTY + run.length - 5;
    for (const like of FINDER_LIKE)
      for (let at = text.indexOf(like); at >= 0; at = text.indexOf(like, at + 1)) penalty += FINDER_PENALTY;
  }
  const size = modules.length;
  for (let y = 1; y < size; y += 1)
    for (let x = 1; x < size; x += 1) {
      const corner = modules[y]?.[x];
      if (
        modules[y - 1]?.[x] === corner &&
        modules[y]?.[x - 1] === corner &&
        modules[y - 1]?.[x - 1] === corner
      )
        penalty += BLOCK_PENALTY;
    }
  const dark = modules.flat().filter(Boolean).length;
  return penalty + Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5) * BALANCE_PENALTY;
}
