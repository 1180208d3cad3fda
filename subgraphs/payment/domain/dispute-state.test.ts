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

  it('hears evidence once', () => {
    expect(nextOf('EVIDENCE_SUBMITTED')).toEqual(['WON', 'LOST']);
  });

  it.each(['WON', 'LOST'] as const)('that is %s stays so', (status) => {
    expect(nextOf(status)).toEqual([]);
  });
});
