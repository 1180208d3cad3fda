import { describe, expect, it } from 'vitest';
import { untilServed } from './calm.js';
import { Tally } from './tally.js';

describe('the calm after the last fault', () => {
  function start(services: readonly string[], limitMilliseconds?: number) {
    const [load, ending] = [new Tally(), new AbortController()];
    const lines: string[] = [];
    for (const service of services) load.count(service);
    const untilUp = async () => {
      lines.push('every unit is up');
    };
    const options = { untilUp, report: (line: string) => lines.push(line), ending: ending.signal };
    return { load, lines, ending, calm: untilServed(load, options, limitMilliseconds) };
  }

  it('is left out when every service was rendered under faults', async () => {
    const { calm, lines } = start(['readings', 'orders placed', 'payments']);
    await calm;
    expect(lines).toEqual([]);
  });

  it('lasts until the service that it names was rendered', async () => {
    const { calm, load, lines } = start(['readings', 'orders placed']);
    expect(lines[0]).toBe('the load goes on in calm: there were no payments yet');
    load.count('payments');
    await calm;
    expect(lines.slice(1)).toEqual([
      'every unit is up',
      expect.stringMatching(/^all was served after \d+ s of calm$/),
    ]);
  });

  it('ends after its limit, with what is still missing', async () => {
    const { calm, lines } = start(['readings'], 1);
    await calm;
    expect(lines).toEqual([
      'the load goes on in calm: there were no orders placed, payments yet',
      'every unit is up',
      'still no orders placed, payments after 0 s of calm',
    ]);
  });

  it('is broken off with the run', async () => {
    const { calm, ending } = start([]);
    ending.abort();
    await expect(calm).rejects.toThrow('aborted');
  });
});
