/** When an item needs attention: it is low, or less is on hand than is reserved. */
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

/** How much of what is reserved and drawn is missing. */
export function shortfallOf({ onHand, reserved, drawn }: Figures): number {
  return Math.max(0, reserved + drawn - onHand);
}

/** Alerts that have arisen since `before`; all that are in force where there is no `before`. */
export function alertsOf(now: Figures, before?: Figures): AlertKind[] {
  const alerts: AlertKind[] = [];
  if (isLow(now) && !(before && isLow(before))) alerts.push('LOW');
  if (shortfallOf(now) > (before ? shortfallOf(before) : 0)) alerts.push('AT_RISK');
  return alerts;
}

/** Alerts that were in force before and are over: nothing is low, or nothing is missing any more. */
export function alertsOver(before: Figures, now: Figures): AlertKind[] {
  const over: AlertKind[] = [];
  if (isLow(before) && !isLow(now)) over.push('LOW');
  if (shortfallOf(before) > 0 && shortfallOf(now) === 0) over.push('AT_RISK');
  return over;
}
