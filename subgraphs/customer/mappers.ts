/** What a resolver's parent is, where it is not the type's own fields. */
import type { Connection } from '../../platform/paging.js';
import type { CustomerView } from './store/customers.js';
import type { NotificationRow } from './store/notifications.js';

export type Customer = CustomerView;

export type Notification = NotificationRow;

export interface NotificationConnection extends Connection<NotificationRow> {
  readonly customerId: string;
}

/** Owned elsewhere: its id is all there is here. */
export interface Order {
  readonly id: string;
}

export interface Outlet {
  readonly id: string;
}
