/** The states of a dispute as one table. The bank may decide without evidence, and decides once. */
export type DisputeStatus = 'OPENED' | 'EVIDENCE_SUBMITTED' | 'WON' | 'LOST';
export type DisputeOutcome = 'WON' | 'LOST';

const TRANSITIONS: Readonly<Record<DisputeStatus, readonly DisputeStatus[]>> = {
  OPENED: ['EVIDENCE_SUBMITTED', 'WON', 'LOST'],
  EVIDENCE_SUBMITTED: ['WON', 'LOST'],
  WON: [],
  LOST: [],
};

export function canDisputeBecome(from: DisputeStatus, to: DisputeStatus): boolean {
  return TRANSITIONS[from].includes(to);
}
