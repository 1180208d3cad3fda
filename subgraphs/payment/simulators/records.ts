/**
 * A simulator's state: records by id, appended to a file of one line per change where a file is given, so that yesterday's
 * payment can be refunded today.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Records<Value extends { readonly id: string }> {
  get(id: string): Value | undefined;
  set(value: Value): void;
  all(): readonly Value[];
}

/** @param read checks a line of the file. */
export function openRecords<Value extends { readonly id: string }>(
  file: string | undefined,
  read: (line: unknown) => Value,
): Records<Value> {
  const values = new Map<string, Value>();
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    for (const value of existsSync(file) ? linesOf(file).map(read) : []) values.set(value.id, value);
  }
  return {
    get: (id) => values.get(id),
    set(value) {
      values.set(value.id, value);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(value)}\n`);
    },
    all: () => [...values.values()],
  };
}

/** The last line may have been cut off by a crash. */
function linesOf(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}
