/** The states of a transfer between outlets as one table: what each step makes of each, who takes it, and nothing else is possible. */
export const TRANSFER_STATUSES = ['SENT', 'RECEIVED', 'RETURNING', 'RETURNED', 'CANCELLED'] as const;
export type TransferStatus = (typeof TRANSFER_STATUSES)[number];

export type TransferSide = 'SENDER' | 'RECEIVER';

/** `cancel`: the goods did not leave. `refuse`: the receiver sends them back. */
export type TransferStep = 'receive' | 'cancel' | 'refuse';

interface Move {
  readonly to: TransferStatus;
  readonly by: TransferSide;
}

const TRANSITIONS: Readonly<Record<TransferStatus, Readonly<Partial<Record<TransferStep, Move>>>>> = {
  SENT: {
    receive: { to: 'RECEIVED', by: 'RECEIVER' },
    refuse: { to: 'RETURNING', by: 'RECEIVER' },
    cancel: { to: 'CANCELLED', by: 'SENDER' },
  },
  RETURNING: { receive: { to: 'RETURNED', by: 'SENDER' } },
  RECEIVED: {},
  RETURNED: {},
  CANCELLED: {},
};

/** Undefined where the step is not possible. */
export function moveOf(status: TransferStatus, step: TransferStep): Move | undefined {
  return TRANSITIONS[status][step];
}

/** Which side takes the goods in, or took them in; undefined where they did not leave. */
export function receivingSide(status: TransferStatus): TransferSide | undefined {
  if (status === 'RECEIVED') return 'RECEIVER';
  if (status === 'RETURNED') return 'SENDER';
  return moveOf(status, 'receive')?.by;
}

/** Whether the goods can move on: they are on neither ledger. */
export function isOnTheWay(status: TransferStatus): boolean {
  return Object.keys(TRANSITIONS[status]).length > 0;
}

/** Whether the step, or the one that it leads to, has been taken: what is asked for again is answered as it is. */
export function isStepDone(status: TransferStatus, step: TransferStep): boolean {
  return DONE[step].some((one) => one === status);
}

const DONE: Readonly<Record<TransferStep, readonly TransferStatus[]>> = {
  receive: ['RECEIVED', 'RETURNED'],
  refuse: ['RETURNING', 'RETURNED'],
  cancel: ['CANCELLED'],
};
