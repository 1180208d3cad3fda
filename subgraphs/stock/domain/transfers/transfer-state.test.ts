import { expect, test } from 'vitest';
import { isOnTheWay, isStepDone, moveOf, TRANSFER_STATUSES, type TransferStep } from './transfer-state.js';

const STEPS: readonly TransferStep[] = ['receive', 'refuse', 'cancel'];

test('a step leads from each state to one other, by one side, or nowhere', () => {
  const table = TRANSFER_STATUSES.flatMap((status) =>
    STEPS.flatMap((step) => {
      const move = moveOf(status, step);
      return move === undefined ? [] : [`${status} ${step} ${move.to} by ${move.by}`];
    }),
  );
  expect(table).toEqual([
    'SENT receive RECEIVED by RECEIVER',
    'SENT refuse RETURNING by RECEIVER',
    'SENT cancel CANCELLED by SENDER',
    'RETURNING receive RETURNED by SENDER',
  ]);
});

test('goods are on the way once they are sent, and while they come back', () => {
  expect(TRANSFER_STATUSES.filter(isOnTheWay)).toEqual(['SENT', 'RETURNING']);
});

test('a step that was taken is not possible again', () => {
  for (const status of TRANSFER_STATUSES) {
    for (const step of STEPS) {
      if (isStepDone(status, step)) expect(moveOf(status, step)?.to).not.toBe(status);
    }
  }
  expect(isStepDone('RETURNING', 'refuse')).toBe(true);
  expect(isStepDone('SENT', 'receive')).toBe(false);
});
