/** When an item is something to look at: low, or with less on hand than is promised. */
export interface Figures {
  readonly onHand: number;
  readonly reserved: number;
  readonly drawn: number;
  readonly available: number;
  readonly reorderPoint: number;
}

export type AlertKind = 'LOW' | 'AT_RISK';

export function isLow({ available, reorderPoint }: Figures): boolean {
  return available <= reorderPoint;
}

/** How much of what is promised is not there. */
export function shortfallOf({ onHand, reserved, drawn }: Figures): number {
  return Math.max(0, reserved + drawn - onHand);
}

/** What there is to tell of an item now, given what it was when last looked at: each alert once, until it is worse. */
export function alertsOf(now: Figures, before?: Figures): AlertKind[] {
  const alerts: AlertKind[] = [];
  if (isLow(now) && !(before && isLow(before))) alerts.push('LOW');
  if (shortfallOf(now) > (before ? shortfallOf(before) : 0)) alerts.push('AT_RISK');
  return alerts;
}
