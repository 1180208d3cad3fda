/** The states of an order to a supplier as one table: what each step makes of each, and nothing else is possible. */
export const PURCHASE_ORDER_STATUSES = [
  'DRAFT',
  'APPROVED',
  'SENT',
  'PARTLY_RECEIVED',
  'RECEIVED',
  'CANCELLED',
] as const;
export type PurchaseOrderStatus = (typeof PURCHASE_ORDER_STATUSES)[number];

/** `close` ends an order whose rest will not come. */
export type PurchaseOrderStep = 'approve' | 'send' | 'receivePart' | 'receiveRest' | 'close' | 'cancel';

const TRANSITIONS: Readonly<
  Record<PurchaseOrderStatus, Readonly<Partial<Record<PurchaseOrderStep, PurchaseOrderStatus>>>>
> = {
  DRAFT: { approve: 'APPROVED', cancel: 'CANCELLED' },
  APPROVED: { send: 'SENT', cancel: 'CANCELLED' },
  SENT: { receivePart: 'PARTLY_RECEIVED', receiveRest: 'RECEIVED', cancel: 'CANCELLED' },
  PARTLY_RECEIVED: { receivePart: 'PARTLY_RECEIVED', receiveRest: 'RECEIVED', close: 'RECEIVED' },
  RECEIVED: {},
  CANCELLED: {},
};

/** Null where the step is not possible. */
export function statusAfter(
  status: PurchaseOrderStatus,
  step: PurchaseOrderStep,
): PurchaseOrderStatus | null {
  return TRANSITIONS[status][step] ?? null;
}

/** Whether nothing follows. */
export function isEnded(status: PurchaseOrderStatus): boolean {
  return Object.keys(TRANSITIONS[status]).length === 0;
}
