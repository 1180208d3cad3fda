/** The template of every kind of mail: a kind that is added without one does not compile. */
import type { MailKind } from '../../../platform/events/event-types.js';
import type { NotificationKind } from '../domain/preference.js';
import { emailChange } from './email-change.js';
import { emailChanged } from './email-changed.js';
import { emailVerification } from './email-verification.js';
import { firstAdmin } from './first-admin.js';
import { orderPaid } from './order-paid.js';
import { orderCancelled, orderReady, orderRefunded, orderRejected } from './order-steps.js';
import { passwordChanged } from './password-changed.js';
import { passwordReset } from './password-reset.js';
import { purchaseOrder } from './purchase-order.js';
import { salesReport } from './sales-report.js';
import { scheduleFailed } from './schedule-failed.js';
import { secondFactorChanged } from './second-factor-changed.js';
import { staffInvitation } from './staff-invitation.js';
import { stockReport } from './stock-report.js';
import type { Template } from './template.js';

export const TEMPLATES: Readonly<Record<MailKind, Template>> = {
  PASSWORD_RESET: passwordReset,
  PASSWORD_CHANGED: passwordChanged,
  EMAIL_VERIFICATION: emailVerification,
  EMAIL_CHANGE: emailChange,
  EMAIL_CHANGED: emailChanged,
  SECOND_FACTOR_CHANGED: secondFactorChanged,
  STAFF_INVITATION: staffInvitation,
  FIRST_ADMIN: firstAdmin,
  PURCHASE_ORDER: purchaseOrder,
  SALES_REPORT: salesReport,
  STOCK_REPORT: stockReport,
  SCHEDULE_FAILED: scheduleFailed,
  ORDER_PAID: orderPaid,
  ORDER_READY: orderReady,
  ORDER_REJECTED: orderRejected,
  ORDER_CANCELLED: orderCancelled,
  ORDER_REFUNDED: orderRefunded,
};

/** What a mail is a notification of; null of one that nobody can switch off: of the account, its security, or work. */
export function notificationKindOf(mail: MailKind): NotificationKind | null {
  return mail.startsWith('ORDER_') ? 'ORDER_STATUS' : null;
}

/** Whether this version knows the kind: a later one may have asked for the mail. */
export function isMailKind(kind: string): kind is MailKind {
  return Object.hasOwn(TEMPLATES, kind);
}
