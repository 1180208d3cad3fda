import { notFound } from '../../../platform/errors.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { findExportedRows } from '../../../platform/kit/personal-rows.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { rupiah } from '../../../platform/money.js';
import type {
  ExportedOrderResolvers,
  OrderResolvers,
  PaymentResolvers,
  RefundResolvers,
} from '../../../schema/types/payment.js';
import { sharesOf } from '../domain/shares.js';
import { EXPORTED_WITH_ORDERS } from '../store/exported.js';

export const Payment: PaymentResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.payment.load(id),
  order: ({ orderId }) => ({ id: orderId }),
  amount: ({ amount, tip }) => rupiah(amount - tip),
  tip: ({ tip }) => rupiah(tip),
  total: ({ amount }) => rupiah(amount),
  surplus: (payment) => rupiah(sharesOf(payment).surplus),
  tendered: ({ tendered }) => (tendered === null ? null : rupiah(tendered)),
  change: ({ amount, tendered }) => (tendered === null ? null : rupiah(tendered - amount)),
  refunded: ({ refunded }) => rupiah(refunded),
  action: ({ status, redirectUrl, qrCode }) =>
    status === 'PENDING' && (redirectUrl !== null || qrCode !== null) ? { redirectUrl, qrCode } : null,
  async till(payment, _arguments, { identity, loaders }) {
    if (payment.method !== 'CASH' || !covers(scopeFor(identity, 'payments:read'), payment)) return null;
    const id = await loaders.tillIdOfPayment.load(payment.id);
    return id === null ? null : loaders.till.load(id);
  },
  disputed: ({ disputesHeld }) => rupiah(disputesHeld),
  refunds: ({ id }, _arguments, { loaders }) => loaders.refundsOf.load(id),
  // For staff alone: what was submitted to the bank is the outlet's, not the guest's.
  disputes(payment, _arguments, { identity, loaders }) {
    if (!covers(scopeFor(identity, 'payments:read'), payment)) throw notFound('Disputes');
    return loaders.disputesOf.load(payment.id);
  },
};

export const Refund: RefundResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.refund.load(id),
  amount: ({ amount }) => rupiah(amount),
};

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payment: ({ id }, _arguments, { loaders }) => loaders.paymentOfOrder.load(id),
  payments: ({ id }, _arguments, { loaders }) => loaders.paymentsOfOrder.load(id),
};

/** The caller's own, whatever a request names. */
export const ExportedOrder: ExportedOrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payments: async ({ id }, _arguments, { identity, loaders, ownDatabase }) => {
    const payments = await loaders.paymentsOfOrder.load(id);
    const ids = payments.map((payment) => payment.id);
    const rows = await findExportedRows(ownDatabase.prisma, EXPORTED_WITH_ORDERS, callerOf(identity), ids);
    return Object.fromEntries(
      EXPORTED_WITH_ORDERS.map(({ table }) => [table, rows.flatMap((ofOne) => ofOne[table] ?? [])]),
    );
  },
};
