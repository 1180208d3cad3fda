import { scopeFor } from '../../../platform/identity/identity.js';
import { rupiah } from '../../../platform/money.js';
import type { SettlementDifferenceResolvers, SettlementResolvers } from '../../../schema/types/payment.js';
import { findSettlement } from '../store/settlements.js';

export const Settlement: SettlementResolvers = {
  __resolveReference: ({ id }, { database, identity }) =>
    scopeFor(identity, 'settlements:import').everywhere ? findSettlement(database, id) : null,
  gross: ({ gross }) => rupiah(gross),
  fees: ({ fees }) => rupiah(fees),
};

export const SettlementDifference: SettlementDifferenceResolvers = {
  payment: ({ paymentId }, _arguments, { loaders }) =>
    paymentId === null ? null : loaders.payment.load(paymentId),
  expected: ({ expected }) => (expected === null ? null : rupiah(expected)),
  reported: ({ reported }) => (reported === null ? null : rupiah(reported)),
};
