/** What belongs to the person who is signed in: points, messages, and the orders of this and other days, also offline. */

import { client } from '../../shared/client/client.js';
import { Button } from '../../shared/components/button.js';
import { Skeleton } from '../../shared/components/panel.js';
import { Sheet } from '../../shared/components/sheet.js';
import { rupiah, timeOfDay } from '../../shared/text/format.js';
import { go } from '../address.js';
import { type GuestOrderFragment, MarkNotificationsRead } from '../operations.js';
import { dateOf } from '../outlet/opening-text.js';
import { text } from '../text.js';
import styles from './account-sheet.module.css';
import { AnalyticsConsent } from './analytics-consent.js';
import { MemberCode } from './member-code.js';
import type { GuestState } from './use-guest.js';

export interface AccountSheetProps {
  readonly name: string;
  readonly guest: GuestState;
  readonly isOffline: boolean;
  onAgain(order: GuestOrderFragment): void;
  onClose(): void;
}

export function AccountSheet({ name, guest, isOffline, onAgain, onClose }: AccountSheetProps) {
  const { value } = guest;
  const markRead = async () => {
    await client.mutation(MarkNotificationsRead, {}).toPromise();
    await guest.refresh();
  };
  const notifications = value?.me.notifications;
  return (
    <Sheet title={name} onClose={onClose}>
      {value === undefined ? (
        <Skeleton rows={5} />
      ) : (
        <div className={styles.account}>
          {isOffline && <p className={styles.quiet}>{text.offlineOrders}</p>}
          <p className={styles.points}>
            <b>{text.pointsHeld(value.me.loyalty.points)}</b>
            {value.me.loyalty.pointsToNextTier !== null && (
              <span className={styles.quiet}>{text.toNextTier(value.me.loyalty.pointsToNextTier)}</span>
            )}
          </p>
          {!isOffline && <MemberCode />}
          <section aria-label={text.orders}>
            <h3 className={styles.title}>{text.orders}</h3>
            {(value.me.orders?.nodes.length ?? 0) === 0 && <p className={styles.quiet}>{text.noOrders}</p>}
            <ul>
              {value.me.orders?.nodes.map((order) => (
                <li key={order.id} className={styles.order}>
                  <button
                    type="button"
                    className={styles.open}
                    onClick={() => {
                      onClose();
                      go({ order: order.id });
                    }}
                  >
                    <span className={styles.row}>
                      <b>{order.number}</b>
                      <span className={styles.status} data-status={order.status}>
                        {text.steps[order.status]}
                      </span>
                      <span className={styles.amount}>{rupiah(order.total.amount)}</span>
                    </span>
                    <span className={styles.quiet}>
                      {order.lines.map(({ name: item, quantity }) => `${quantity} × ${item}`).join(', ')}
                    </span>
                    <span className={styles.quiet}>
                      {order.outlet?.name}, {dateOf(order.placedAt, order.outlet?.timeZone)}{' '}
                      {timeOfDay(order.placedAt, order.outlet?.timeZone)}
                    </span>
                  </button>
                  <Button
                    aria-label={`${text.again}: ${order.number}`}
                    onClick={() => {
                      onClose();
                      onAgain(order);
                    }}
                  >
                    {text.again}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
          <section aria-label={text.messages}>
            <h3 className={styles.title}>{text.messages}</h3>
            {(notifications?.nodes.length ?? 0) === 0 && <p className={styles.quiet}>{text.noMessages}</p>}
            <ul>
              {notifications?.nodes.map((one) => (
                <li key={one.id} className={styles.message} data-unread={one.readAt === null || undefined}>
                  <b>{one.title}</b>
                  <span>{one.body}</span>
                  <time className={styles.quiet} dateTime={one.createdAt}>
                    {dateOf(one.createdAt, undefined)} {timeOfDay(one.createdAt)}
                  </time>
                </li>
              ))}
            </ul>
            {(notifications?.unreadCount ?? 0) > 0 && (
              <Button look="quiet" onClick={() => void markRead()}>
                {text.markRead}
              </Button>
            )}
          </section>
          {!isOffline && <AnalyticsConsent />}
        </div>
      )}
    </Sheet>
  );
}
