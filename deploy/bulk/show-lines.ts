/** Shows how far an import is: on one line of a terminal, elsewhere a line now and then, so that logs stay short. */
import type { ImportWatch } from './import-file.js';

const PAUSE_MILLISECONDS = 5_000;

/** Written to, and perhaps a terminal. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function showLines(output: Output): Pick<ImportWatch, 'begin' | 'progress'> {
  let phase = '';
  let startedAt = performance.now();
  let shownAt = startedAt;
  return {
    begin(what) {
      [phase, startedAt] = [what, performance.now()];
    },
    progress({ lines, of }) {
      const now = performance.now();
      const isEnd = lines >= of;
      if (output.isTTY !== true && (isEnd || now - shownAt < PAUSE_MILLISECONDS)) return;
      shownAt = now;
      const rate = Math.round((lines / Math.max(1, now - startedAt)) * 1_000);
      const text = `${phase} ${lines} of ${of} lines, ${rate}/s`;
      output.write(output.isTTY === true ? `\r${text.padEnd(60)}${isEnd ? '\n' : ''}` : `${text}\n`);
    },
  };
}
