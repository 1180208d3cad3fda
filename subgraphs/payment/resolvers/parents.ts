/** What a resolver's parent is, where it is not the type's own fields. */
import type { CountedConnection } from '../../../platform/kit/paging.js';
import type { OrderTax } from '../../../platform/order-charges.js';
import type * as closes from '../domain/daily-close.js';
import type { AccountSums, MethodSums } from '../domain/financial-report.js';
import type * as receipts from '../domain/receipt.js';
import type * as records from '../domain/records.js';
import type * as tills from '../domain/till.js';
import type * as reports from '../operations/report-finances.js';
import type * as watch from '../operations/watch-place-payments.js';
import type * as settlements from '../store/settlements.js';

export type Receipt = receipts.OrderReceipt;

export type ReceiptDocument = receipts.Receipt;

export type ReceiptDocumentConnection = CountedConnection<receipts.Receipt>;

export type ReceiptLine = receipts.OrderReceipt['content']['lines'][number];

export type CreditNote = receipts.CreditNote;

export type Tax = OrderTax;

export type Payment = records.Payment;

export type PaymentChange = watch.PaymentChange;

export type Refund = records.Refund;

export type Dispute = records.Dispute;

export type PaymentConnection = CountedConnection<records.Payment>;

export type DisputeConnection = CountedConnection<records.Dispute>;

export type DailyClose = closes.DailyClose;

export type DayFigures = closes.DayFigures;

export type DailyCloseConnection = CountedConnection<closes.DailyClose>;

export type Till = tills.Till;

export type TillCount = tills.TillCount;

export type TillMovement = tills.TillMovement;

export type TillConnection = CountedConnection<tills.Till>;

export type TillMovementConnection = CountedConnection<tills.TillMovement>;

export type Settlement = settlements.Settlement;
export type SettlementConnection = CountedConnection<settlements.Settlement>;

export type SettlementDifference = settlements.SettlementDifference;

export type SettlementDifferenceConnection = CountedConnection<settlements.SettlementDifference>;

export type FinancialReport = reports.FinancialReport;

export type LedgerAccountSums = AccountSums;

export type PaymentMethodSums = MethodSums;

/** Owned by another subgraph: here it has only its id. */
export interface Order {
  readonly id: string;
}

export interface Outlet {
  readonly id: string;
}

export interface Customer {
  readonly id: string;
}
