/**
 * `npm run simulate`: plays a day in the chain on a running system, the same one for the same seed. Guests order and pay, kitchens make
 * and hand out, trucks deliver, scales publish what lies on them; one shelf is stolen from and one scale breaks. It keeps the rates
 * that are asked for, or says what holds it back.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { readOptions, type SimulateOptions } from './simulate/options.js';
import { playDay } from './simulate/play-day.js';
import { ProgressLine } from './simulate/progress-line.js';

const ending = new AbortController();
// The second one ends the process: Node's own answer to it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
// Started by `npm start -- --live`: without its system there is nothing to drive.
if (process.send !== undefined) process.once('disconnect', () => ending.abort());

const options = readOptions(process.argv.slice(2));
if (options !== null) {
  await play(options).catch((error: unknown) => {
    process.stderr.write(`--truth cannot be written: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 2;
  });
}
// The channel would hold the process.
if (process.connected) process.disconnect();

async function play(chosen: SimulateOptions): Promise<void> {
  const progress = new ProgressLine(process.stdout);
  const truthFile = await openTruthFile(chosen);
  try {
    const truth = await playDay(chosen, ending.signal, progress);
    await truthFile?.writeFile(`${JSON.stringify(truth, null, 2)}\n`);
  } catch (error) {
    process.stderr.write(
      `${chosen.url} cannot be driven: ${causeOf(error)}\n` +
        'It drives the demo chain: start it by `npm start`, or name its addresses by --url and --mqtt.\n',
    );
    process.exitCode = 1;
  } finally {
    await truthFile?.close();
  }
}

/** "fetch failed" says nothing; its cause does. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Before the day, not after it. */
async function openTruthFile({ truthFile }: SimulateOptions): Promise<FileHandle | null> {
  return truthFile === null ? null : open(truthFile, 'w');
}
