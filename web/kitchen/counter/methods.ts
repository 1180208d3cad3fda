/** The ways to pay, as people call them. */
import type { PaymentMethod } from './operations.js';
import { counterText } from './text.js';

const METHOD_NAMES: Readonly<Record<PaymentMethod, string>> = {
  CASH: counterText.cash,
  QRIS: 'QRIS',
  CARD: counterText.card,
  GOPAY: 'GoPay',
  OVO: 'OVO',
  DANA: 'DANA',
};

export const WITHOUT_CASH: readonly PaymentMethod[] = ['QRIS', 'CARD', 'GOPAY', 'OVO', 'DANA'];

export function methodName(method: PaymentMethod): string {
  return METHOD_NAMES[method];
}
