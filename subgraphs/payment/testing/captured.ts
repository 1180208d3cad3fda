/** For tests that begin where money was captured. */
import { eventually } from '../../../tests/support/wait.js';
import { customer, type PaymentUnderTest, staff, type TestOrder } from './payment-under-test.js';
import { confirmCash, orderPayment, type PaymentSeen, payload, payOrder } from './requests.js';

export function managerOf({ outletId }: TestOrder) {
  return staff('MANAGER', { outletId });
}

/** The payment of an order as its customer sees it. */
export async function paymentOfOrder(under: PaymentUnderTest, order: TestOrder): Promise<PaymentSeen> {
  const payment = await orderPayment(under, customer(order.customerId), order.orderId);
  if (!payment) throw new Error('The order has no payment');
  return payment;
}

export async function capturedPayment(
  under: PaymentUnderTest,
  method = 'QRIS',
  settings: Partial<TestOrder> = {},
): Promise<{ order: TestOrder; paymentId: string }> {
  const order = await under.awaitingPayment(settings);
  const { orderId, customerId } = order;
  const { payment } = payload(await payOrder(under, customer(customerId), { orderId, method }));
  if (!payment) throw new Error('No payment was begun');
  if (method === 'CASH') await confirmCash(under, managerOf(order), payment.id);
  await eventually(async () => {
    if ((await paymentOfOrder(under, order)).status !== 'PAID') throw new Error('It is not paid yet');
  });
  return { order, paymentId: payment.id };
}
