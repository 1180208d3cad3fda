/** Notifications: their kinds, and those about points. */

const KINDS = ['ORDER_STATUS', 'ORDER_AT_RISK', 'LOW_STOCK', 'EXPIRING_STOCK', 'PAYMENT', 'LOYALTY'] as const;
export type NotificationKind = (typeof KINDS)[number];

/** For one customer, or for the staff of an outlet and the owners of its franchise. */
export type Audience =
  | { readonly customerId: string }
  | { readonly outletId: string; readonly franchiseId: string };

export interface Notice {
  readonly audience: Audience;
  readonly kind: NotificationKind;
  readonly title: string;
  readonly body: string;
  readonly orderId: string | null;
  readonly outletId: string | null;
}

/** A notice as one person received it. */
export interface Notification extends Omit<Notice, 'audience'> {
  readonly id: string;
  readonly customerId: string;
  readonly createdAt: Date;
  readonly readAt: Date | null;
}

export function notificationKind(kind: string): NotificationKind {
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) throw new Error(`No such kind of notification: ${kind}`);
  return known;
}

export function pointsNotice(customerId: string, orderId: string, points: number, balance: number): Notice {
  const title = points === 1 ? 'You earned a point' : `You earned ${points} points`;
  return aboutPoints(customerId, orderId, title, balanceText(balance));
}

export function returnedPointsNotice(
  customerId: string,
  orderId: string,
  points: number,
  balance: number,
): Notice {
  const title = points === 1 ? 'A point came back' : `${points} points came back`;
  const body =
    balance < 0
      ? `The order that they were spent on did not go through. You owe ${-balance} now.`
      : `The order that they were spent on did not go through. You have ${balance} now.`;
  return aboutPoints(customerId, orderId, title, body);
}

export function voidedRewardNotice(customerId: string, reward: string): Notice {
  const body = 'A refund took back the points that it was redeemed with.';
  return aboutPoints(customerId, null, `${reward} can no longer be used`, body);
}

function aboutPoints(customerId: string, orderId: string | null, title: string, body: string): Notice {
  return { audience: { customerId }, kind: 'LOYALTY', title, body, orderId, outletId: null };
}

function balanceText(points: number): string {
  return points < 0 ? `You owe ${-points} now.` : `You have ${points} now.`;
}
