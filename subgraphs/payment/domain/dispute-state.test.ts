import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canDisputeBecome, type DisputeStatus } from './dispute-state.js';

const STATUSES: readonly DisputeStatus[] = ['OPENED', 'EVIDENCE_SUBMITTED', 'WON', 'LOST'];

function nextOf(from: DisputeStatus): readonly DisputeStatus[] {
  return STATUSES.filter((to) => canDisputeBecome(from, to));
}

describe('a dispute', () => {
  it('can be decided with evidence and without', () => {
    expect(nextOf('OPENED')).toEqual(['EVIDENCE_SUBMITTED', 'WON', 'LOST']);
  });

  it('takes evidence once', () => {
    expect(nextOf('EVIDENCE_SUBMITTED')).toEqual(['WON', 'LOST']);
  });

  it.each(['WON', 'LOST'] as const)('that is %s stays so', (status) => {
    expect(nextOf(status)).toEqual([]);
  });

  it('takes evidence at most once and is decided at most once, whatever is reported and however often', () => {
    const reports = fc.array(fc.constantFrom(...STATUSES));
    fc.assert(
      fc.property(reports, (reported) => {
        const life: DisputeStatus[] = ['OPENED'];
        for (const next of reported) {
          const now = life.at(-1);
          if (now !== undefined && canDisputeBecome(now, next)) life.push(next);
        }
        expect(new Set(life).size).toBe(life.length);
        const decisions = life.filter((status) => status === 'WON' || status === 'LOST');
        expect(decisions.length).toBe(reported.includes('WON') || reported.includes('LOST') ? 1 : 0);
        if (decisions.length > 0) expect(life.at(-1)).toBe(decisions[0]);
      }),
    );
  });
});
