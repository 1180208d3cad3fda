/** Today beside the same weekday of the last four weeks. */
import { memo } from 'react';
import type { Live } from '../../shared/client/live.js';
import { Panel, Skeleton } from '../../shared/components/panel.js';
import { rupiah } from '../../shared/text/format.js';
import { calendarDay } from '../../shared/text/intl-formats.js';
import { count, shortDay, weekday } from '../format.js';
import { Moved } from '../moved.js';
import { ShowOperation } from '../operation/show-operation.js';
import type { Place } from '../places/places.js';
import { text } from '../text.js';
import { compare, type DayOfSales, isReported, type ReportedSales, type Sales } from './comparison.js';
import styles from './sales.module.css';

export interface SalesPanelProps {
  readonly className: string | undefined;
  readonly place: Place;
  readonly live: Live<Sales>;
  readonly now: number;
}

export const SalesPanel = memo(function SalesPanel({ className, place, live, now }: SalesPanelProps) {
  return (
    <Panel
      className={className}
      title={text.sales}
      live={live}
      skeleton={<Skeleton rows={4} />}
      tools={<ShowOperation panel={text.sales} names={['SalesOfPlace', 'SalesChanges']} />}
    >
      {live.value !== undefined &&
        (isReported(live.value) ? (
          <Figures sales={live.value} today={calendarDay(now, place.timeZone)} />
        ) : (
          <Skeleton rows={4} />
        ))}
    </Panel>
  );
});

function Figures({ sales, today }: { readonly sales: ReportedSales; readonly today: string }) {
  const { today: figures, before, usual } = compare(sales, today);
  const { orders, revenue } = figures;
  return (
    <div className={styles.figures}>
      <dl className={styles.facts}>
        <div>
          <dt>{text.revenue}</dt>
          <dd className={styles.large}>
            <Moved value={revenue}>{rupiah(revenue)}</Moved>
          </dd>
        </div>
        <div>
          <dt>{text.orderCount}</dt>
          <dd className={styles.large}>
            <Moved value={orders}>{count(orders)}</Moved>
          </dd>
        </div>
        <div>
          <dt>{text.average}</dt>
          <dd className={styles.large}>{orders === 0 ? '–' : rupiah(Math.round(revenue / orders))}</dd>
        </div>
      </dl>
      <p className={styles.usual}>
        {usual === undefined ? text.noComparison(weekday(today)) : text.usual(rupiah(usual), weekday(today))}
      </p>
      <Weekdays days={[...before, figures]} />
      {sales.methods.length > 0 && (
        <dl className={styles.methods}>
          {sales.methods.map(({ method, net }) => (
            <div key={method}>
              <dt>{text.paymentMethod[method]}</dt>
              <dd>{rupiah(net)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** Bars as long as what was sold on each day; the last one is today so far. */
function Weekdays({ days }: { readonly days: readonly DayOfSales[] }) {
  const most = Math.max(1, ...days.map(({ revenue }) => revenue));
  return (
    <ol className={styles.days}>
      {days.map(({ day, revenue }, index) => {
        const isToday = index === days.length - 1;
        return (
          <li key={day} data-today={isToday || undefined}>
            <span className={styles.day}>{isToday ? text.today : shortDay(day)}</span>
            <span className={styles.track}>
              <span
                className={styles.bar}
                style={{ inlineSize: `${Math.max(0, (revenue / most) * 100)}%` }}
              />
            </span>
            <span className={styles.amount}>{rupiah(revenue)}</span>
          </li>
        );
      })}
    </ol>
  );
}
