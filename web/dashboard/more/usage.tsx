/** What recipes took, what the scales saw, what was thrown away, and what nobody can explain, dearest first. */
import { Panel } from '../../shared/components/panel.js';
import { rupiah } from '../../shared/text/format.js';
import { calendarDay } from '../../shared/text/intl-formats.js';
import { change, level } from '../format.js';
import { ShowOperation } from '../operation/show-operation.js';
import { UsageOfPlace } from '../operations.js';
import type { Place } from '../places/places.js';
import { addDays } from '../sales/comparison.js';
import table from '../table.module.css';
import styles from './more.module.css';
import { text } from './text.js';
import { useAnswer } from './use-answer.js';

const DAYS = 7;

export function Usage({
  place,
  className,
}: {
  readonly place: Place;
  readonly className: string | undefined;
}) {
  const today = calendarDay(Date.now(), place.timeZone);
  const answer = useAnswer(UsageOfPlace, { scope: place.scope, from: addDays(today, 1 - DAYS), to: today });
  const rows = [...(answer.value?.usageReport?.rows ?? [])].sort(
    (one, other) => Math.abs(other.cost?.amount ?? 0) - Math.abs(one.cost?.amount ?? 0),
  );
  const outletOf = (outletId: string | undefined) =>
    place.outlet === undefined ? place.outlets.find(({ id }) => id === outletId)?.name : undefined;
  return (
    <Panel
      title={`${text.usage} · ${text.lastWeek}`}
      className={className}
      live={answer}
      isEmpty={rows.length === 0}
      empty={text.noUsage}
      tools={<ShowOperation panel={text.usage} names={['UsageOfPlace']} />}
    >
      <div className={styles.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{text.ingredient}</th>
              {[text.expected, text.measured, text.wasted, text.unexplained, text.cost].map((name) => (
                <th key={name} scope="col" className={table.number}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ stockItem, expected, measured, wasted, unexplained, cost }) => (
              <tr key={stockItem.id}>
                <td>
                  {stockItem.ingredient.name}
                  {outletOf(stockItem.outlet?.id) !== undefined && (
                    <span className={table.quiet}> · {outletOf(stockItem.outlet?.id)}</span>
                  )}
                </td>
                <td className={table.number}>{level(expected, stockItem.unit)}</td>
                <td className={table.number}>{level(measured, stockItem.unit)}</td>
                <td className={table.number}>{level(wasted, stockItem.unit)}</td>
                <td className={table.number}>{change(unexplained, stockItem.unit)}</td>
                <td className={table.number}>{cost === null ? '–' : rupiah(cost.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
