/** What a resolver's parent is, where it is not the type's own fields. */
import type { Connection, CountedConnection } from '../../../platform/kit/paging.js';
import type * as personal from '../../../platform/kit/personal-export.js';
import type * as audit from '../domain/audit.js';
import type { CustomerView } from '../domain/customer.js';
import type * as staff from '../domain/invitation.js';
import type * as notice from '../domain/notice.js';
import type * as reward from '../domain/reward.js';
import type { OpenSession } from '../store/sessions.js';

export type Customer = CustomerView;

export interface AccountExport {
  readonly id: string;
  readonly madeAt: Date;
}

export type ExportedRecord = personal.ExportedRecord;
export type ExportedRecordConnection = Connection<ExportedRecord>;

export type SignedInSession = OpenSession;

export type StaffMember = staff.StaffMember;
export type StaffMemberConnection = CountedConnection<StaffMember>;

export type StaffInvitation = staff.Invitation;
export type StaffInvitationConnection = CountedConnection<StaffInvitation>;

export type Notification = notice.Notification;
export interface NotificationConnection extends CountedConnection<Notification> {
  readonly customer: Customer;
}

export type Reward = reward.Reward;

export type Redemption = reward.Redemption;
export type RedemptionConnection = CountedConnection<Redemption>;

export type AuditEntry = audit.AuditEntry;
export type AuditEntryConnection = CountedConnection<AuditEntry>;

/** Owned by the order subgraph: its id, and the redemptions that were spent on it. */
export interface Order {
  readonly id: string;
  readonly redemptionIds: readonly string[];
}

export interface Outlet {
  readonly id: string;
}
