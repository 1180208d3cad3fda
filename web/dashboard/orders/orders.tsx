/** The newest orders, as they move. */
import { memo } from 'react';
import type { Live } from '../../shared/client/live.js';
import { Panel } from '../../shared/components/panel.js';
import { rupiah } from '../../shared/text/format.js';
import { newestFirst, type OrderRow, type Orders } from '../data/orders.js';
import { moment } from '../format.js';
import { Mark, type Tone } from '../mark.js';
import { Moved } from '../moved.js';
import { ShowOperation } from '../operation/show-operation.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import { text } from '../text.js';

const NEWEST = 10;

const TONES: Readonly<Record<OrderRow['status'], Tone>> = {
  PLACED: 'busy',
  AWAITING_PAYMENT: 'busy',
  PAID: 'busy',
  PREPARING: 'busy',
  READY: 'good',
  COMPLETED: 'quiet',
  REJECTED: 'bad',
  CANCELLED: 'warn',
  REFUNDED: 'warn',
};

export interface OrdersPanelProps {
  readonly className: string | undefined;
  readonly place: Place;
  readonly live: Live<Orders>;
  readonly now: number;
}

export const OrdersPanel = memo(function OrdersPanel({ className, place, live, now }: OrdersPanelProps) {
  const rows = newestFirst(live.value ?? new Map()).slice(0, NEWEST);
  return (
    <Panel
      className={className}
      title={text.orders}
      live={live}
      isEmpty={rows.length === 0}
      empty={text.noOrders}
      tools={<ShowOperation panel={text.orders} names={['OrdersOfOutlet', 'OrdersOfPlace']} />}
    >
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{text.number}</th>
            <th scope="col">{text.time}</th>
            <th scope="col" className={table.wide}>
              {text.items}
            </th>
            <th scope="col">{text.status}</th>
            <th scope="col" className={table.number}>
              {text.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, number, status, placedAt, lines, total, outlet }) => (
            <tr key={id}>
              <td className={table.short}>{number}</td>
              <td className={table.short}>
                <time dateTime={placedAt}>{moment(placedAt, zoneOf(place, outlet?.id), now)}</time>
              </td>
              <td className={table.wide}>
                <span className={table.text}>{itemsOf(lines)}</span>
              </td>
              <td>
                <span className={table.state}>
                  <Mark tone={TONES[status]} />
                  <Moved value={status}>{text.orderStatus[status]}</Moved>
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

function itemsOf(lines: OrderRow['lines']): string {
  return lines.map(({ quantity, name }) => (quantity === 1 ? name : `${quantity} × ${name}`)).join(', ');
}

function zoneOf({ outlets, timeZone }: Place, outletId: string | undefined): string {
  return outlets.find(({ id }) => id === outletId)?.timeZone ?? timeZone;
}
