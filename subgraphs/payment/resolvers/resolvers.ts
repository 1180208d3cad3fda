/** Every resolver of `schema/payment.graphql`. */
import type { Resolvers } from '../../../schema/types/payment.js';
import { DailyClose, DayFigures } from './daily-close.js';
import { Dispute } from './dispute.js';
import { FinancialReport, LedgerAccountSums, PaymentMethodSums } from './financial-report.js';
import { Mutation } from './mutation.js';
import { Outlet } from './outlet.js';
import { ExportedOrder, Order, Payment, Refund } from './payment.js';
import { Query } from './query.js';
import { CreditNote, Receipt, ReceiptDocument, ReceiptLine, Tax } from './receipt.js';
import { Settlement, SettlementDifference } from './settlement.js';
import { PaymentChange, Subscription } from './subscription.js';
import { Till, TillCount, TillMovement } from './till.js';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Payment,
  PaymentChange,
  Refund,
  DailyClose,
  DayFigures,
  Dispute,
  Order,
  ExportedOrder,
  Outlet,
  Receipt,
  ReceiptDocument,
  ReceiptLine,
  CreditNote,
  Tax,
  FinancialReport,
  LedgerAccountSums,
  PaymentMethodSums,
  Settlement,
  SettlementDifference,
  Till,
  TillCount,
  TillMovement,
};
