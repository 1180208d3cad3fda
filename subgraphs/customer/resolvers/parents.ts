/** What a resolver's parent is, where it is not the type's own fields. */
import type { Connection } from '../../../platform/paging.js';
import type { CustomerView } from '../store/customers.js';
import type { NotificationRow } from '../store/notifications.js';
import type { RedemptionRow, RewardRow } from '../store/redemptions.js';

export type Customer = CustomerView;

export type Notification = NotificationRow;

export interface NotificationConnection extends Connection<NotificationRow> {
  readonly customerId: string;
}

export type Reward = RewardRow;

export type Redemption = RedemptionRow;

/** Owned elsewhere: its id is all there is here, and what the order subgraph says was spent on it. */
export interface Order {
  readonly id: string;
  readonly redemptionIds: readonly string[];
}

export interface Outlet {
  readonly id: string;
}
