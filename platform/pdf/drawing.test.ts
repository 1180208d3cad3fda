import { afterEach, describe, expect, it } from 'vitest';
import { readPdf } from '../../tests/support/pdf.js';
import { RUN_TYPESCRIPT } from '../../tests/support/platform.js';
import type { PrintedDocument } from '../kit/printed-document.js';
import { createLog } from '../log.js';
import { type Drawing, type DrawingOptions, startDrawing } from './drawing.js';

const documentOf = (heading: string, lines = 1): PrintedDocument => ({
  ...{ language: 'en', documentTitle: 'Receipt 1', author: null, heading, head: [], code: null },
  issuedAt: new Date('2026-11-20T05:30:00Z'),
  groups: [Array.from({ length: lines }, () => ({ name: 'Kopi', details: [], amount: 'Rp 1' }))],
  pageNumber: '{page}',
});

describe('drawing', () => {
  let drawing: Drawing;
  afterEach(() => drawing.stop());
  const start = (options: Partial<DrawingOptions> = {}) => {
    drawing = startDrawing({ log: createLog('silent'), execArgv: RUN_TYPESCRIPT, ...options });
    return drawing;
  };
  const headingOf = async (bytes: Promise<Uint8Array>) => readPdf(await bytes).pages[0]?.[0];

  it('each document comes back to who asked for it, while this thread goes on with its work', async () => {
    start();
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    const [first, second] = await Promise.all([
      headingOf(drawing.draw(documentOf('One', 200))),
      headingOf(drawing.draw(documentOf('Two'))),
    ]);
    clearInterval(counting);
    expect([first, second]).toEqual(['One', 'Two']);
    expect(turns).toBeGreaterThan(20);
  });

  it('a document that cannot be drawn is refused, and the next one is drawn', async () => {
    start();
    const refused = drawing.draw(documentOf('Endless', 2_001));
    await expect(refused).rejects.toMatchObject({ code: 'FAILED' });
    expect(await headingOf(drawing.draw(documentOf('Next')))).toBe('Next');
  });

  it('a document that takes too long ends with its thread, the next one has another, and what waited as long is not drawn', async () => {
    const { draw } = start({ timeoutMilliseconds: 1 });
    const outcomes = [draw(documentOf('Late')), draw(documentOf('Later'))];
    // Both have waited for longer than that when the first one's time is found to be over.
    for (const end = performance.now() + 20; performance.now() < end; );
    expect(await Promise.allSettled(outcomes)).toMatchObject([
      { status: 'rejected', reason: { code: 'FAILED', message: 'Not drawn within 1 ms' } },
      { status: 'rejected', reason: { code: 'BUSY' } },
    ]);
    await expect(draw(documentOf('Next'))).rejects.toMatchObject({ code: 'FAILED' });
  });

  it('few wait: more are refused at once', async () => {
    const { draw } = start({ waiting: 1 });
    const [one, two, three] = [draw(documentOf('One')), draw(documentOf('Two')), draw(documentOf('Three'))];
    await expect(three).rejects.toMatchObject({ code: 'BUSY' });
    expect([await headingOf(one), await headingOf(two)]).toEqual(['One', 'Two']);
  });

  it('what is under way when the process stops is refused', async () => {
    const { draw, stop } = start();
    const outcome = expect(draw(documentOf('Interrupted'))).rejects.toMatchObject({ code: 'FAILED' });
    await stop();
    await outcome;
  });
});
