/** What an order's events mean for its reservation. */

/**
 * TAKE: the kitchen uses what was reserved. UNDO: it has not begun after all. RELEASE: the order has ended; what was not taken can be reserved
 * again.
 */
export type OrderStep = 'TAKE' | 'UNDO' | 'RELEASE';

const STEPS = {
  'order.preparing': 'TAKE',
  'order.step-undone': 'UNDO',
  'order.cancelled': 'RELEASE',
  'order.rejected': 'RELEASE',
  'order.refunded': 'RELEASE',
} as const satisfies Record<string, OrderStep>;

export type SteppingEvent = keyof typeof STEPS;

export function isSteppingEvent(type: string): type is SteppingEvent {
  return Object.hasOwn(STEPS, type);
}

export const STEPPING_EVENTS: readonly SteppingEvent[] = Object.keys(STEPS).filter(isSteppingEvent);

export function stepOf(type: SteppingEvent): OrderStep {
  return STEPS[type];
}
