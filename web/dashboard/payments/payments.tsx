/** The newest payments, as they move. */
import { memo } from 'react';
import type { Live } from '../../shared/client/live.js';
import { Panel } from '../../shared/components/panel.js';
import { rupiah } from '../../shared/text/format.js';
import { newestPayments, type PaymentRow, type Payments } from '../data/payments.js';
import { moment } from '../format.js';
import { Mark, type Tone } from '../mark.js';
import { Moved } from '../moved.js';
import { ShowOperation } from '../operation/show-operation.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import { text } from '../text.js';

const NEWEST = 8;

const TONES: Readonly<Record<PaymentRow['status'], Tone>> = {
  PENDING: 'busy',
  PAID: 'good',
  FAILED: 'bad',
  PARTIALLY_REFUNDED: 'warn',
  REFUNDED: 'warn',
};

export interface PaymentsPanelProps {
  readonly className: string | undefined;
  readonly place: Place;
  readonly live: Live<Payments>;
  readonly now: number;
}

export const PaymentsPanel = memo(function PaymentsPanel({
  className,
  place,
  live,
  now,
}: PaymentsPanelProps) {
  const rows = newestPayments(live.value ?? new Map()).slice(0, NEWEST);
  return (
    <Panel
      className={className}
      title={text.payments}
      live={live}
      isEmpty={rows.length === 0}
      empty={text.noPayments}
      tools={<ShowOperation panel={text.payments} names={['PaymentsOfPlace', 'PaymentChanges']} />}
    >
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{text.order}</th>
            <th scope="col">{text.time}</th>
            <th scope="col">{text.method}</th>
            <th scope="col">{text.status}</th>
            <th scope="col" className={table.number}>
              {text.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, order, createdAt, method, status, total }) => (
            <tr key={id}>
              <td className={table.short}>{order?.number}</td>
              <td className={table.short}>
                <time dateTime={createdAt}>{moment(createdAt, place.timeZone, now)}</time>
              </td>
              <td className={table.short}>{text.paymentMethod[method]}</td>
              <td>
                <span className={table.state}>
                  <Mark tone={TONES[status]} />
                  <Moved value={status}>{text.paymentStatus[status]}</Moved>
                </span>
              </td>
              <td className={table.number}>{rupiah(total.amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
});
