/** The last seven days by day, hour, outlet, item and others, beside the week before. */
import { useState } from 'react';
import { Panel } from '../../shared/components/panel.js';
import { rupiah } from '../../shared/text/format.js';
import { calendarDay } from '../../shared/text/intl-formats.js';
import { count, shortDay, weekday } from '../format.js';
import { ShowOperation } from '../operation/show-operation.js';
import { ReportOfPlace, type SalesGrouping } from '../operations.js';
import type { Place } from '../places/places.js';
import { addDays } from '../sales/comparison.js';
import table from '../table.module.css';
import styles from './more.module.css';
import { text } from './text.js';
import { useAnswer } from './use-answer.js';

const DAYS = 7;
const GROUPINGS: readonly { readonly by: SalesGrouping; readonly name: string }[] = [
  { by: 'DAY', name: text.byDay },
  { by: 'HOUR', name: text.byHour },
  { by: 'WEEKDAY', name: text.byWeekday },
  { by: 'OUTLET', name: text.byOutlet },
  { by: 'CATEGORY', name: text.byCategory },
  { by: 'MENU_ITEM', name: text.byItem },
  { by: 'METHOD', name: text.byMethod },
  { by: 'PROMOTION', name: text.byPromotion },
];

export function Reports({
  place,
  className,
}: {
  readonly place: Place;
  readonly className: string | undefined;
}) {
  const [by, setBy] = useState<SalesGrouping>('DAY');
  const today = calendarDay(Date.now(), place.timeZone);
  const answer = useAnswer(ReportOfPlace, {
    scope: place.scope,
    from: addDays(today, 1 - DAYS),
    to: today,
    by,
  });
  const rows = answer.value?.salesReport?.rows ?? [];
  return (
    <Panel
      title={`${text.reports} · ${text.lastWeek}`}
      className={className}
      live={answer}
      tools={
        <>
          <fieldset className={styles.choice} aria-label={text.by}>
            {GROUPINGS.map((one) => (
              <button key={one.by} type="button" aria-pressed={one.by === by} onClick={() => setBy(one.by)}>
                {one.name}
              </button>
            ))}
          </fieldset>
          <ShowOperation panel={text.reports} names={['ReportOfPlace']} />
        </>
      }
      isEmpty={rows.length === 0}
      empty={text.noSales}
    >
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{GROUPINGS.find((one) => one.by === by)?.name}</th>
            {[text.orders, text.units, text.revenue, text.weekBefore].map((name) => (
              <th key={name} scope="col" className={table.number}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, orders, units, revenue, comparison, outlet, menuItem }) => (
            <tr key={key}>
              <td>{outlet?.name ?? menuItem?.name ?? name ?? keyName(by, key)}</td>
              <td className={table.number}>{count(orders)}</td>
              <td className={table.number}>{count(units)}</td>
              <td className={table.number}>{rupiah(revenue.amount)}</td>
              <td className={table.number}>{rupiah(comparison?.revenue.amount ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** What has left the menu has its key alone. */
function keyName(by: SalesGrouping, key: string): string {
  if (key === 'NONE') return text.none;
  if (by === 'HOUR') return `${key}:00`;
  if (by === 'WEEKDAY') return weekday(`2024-01-0${key}`);
  return by === 'DAY' ? `${weekday(key)}, ${shortDay(key)}` : key;
}
