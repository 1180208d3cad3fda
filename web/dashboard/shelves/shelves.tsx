/** Shelves and how they are: what needs somebody first. Each shelf has an age of its own. */
import { memo, useState } from 'react';
import type { Live } from '../../shared/client/live.js';
import { Button } from '../../shared/components/button.js';
import { Panel } from '../../shared/components/panel.js';
import { span } from '../../shared/text/format.js';
import { common } from '../../shared/text/texts.js';
import type { ShelfRow, Shelves } from '../data/shelves.js';
import { count, decimal, percent } from '../format.js';
import { Mark, type Tone } from '../mark.js';
import { ShowOperation } from '../operation/show-operation.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import { text } from '../text.js';
import styles from './shelves.module.css';

const FEW = 10;

const TONES: Readonly<Record<ShelfRow['health']['state'], Tone>> = {
  ONLINE: 'good',
  NOISY: 'warn',
  LOW_BATTERY: 'warn',
  SILENT: 'bad',
  OFFLINE: 'bad',
};
const ORDER: readonly Tone[] = ['bad', 'warn', 'good'];

export interface ShelvesPanelProps {
  readonly className: string | undefined;
  readonly place: Place;
  readonly live: Live<Shelves>;
  readonly now: number;
}

export const ShelvesPanel = memo(function ShelvesPanel({ className, place, live, now }: ShelvesPanelProps) {
  const [isWhole, setWhole] = useState(false);
  const all = [...(live.value?.values() ?? [])].map(({ row }) => row).sort(worstFirst);
  const rows = isWhole ? all : all.slice(0, FEW);
  const outletOf = ({ stockItem }: ShelfRow) =>
    place.outlet === undefined
      ? place.outlets.find(({ id }) => id === stockItem.outlet?.id)?.name
      : undefined;
  return (
    <Panel
      className={className}
      title={text.shelves}
      live={live}
      isEmpty={all.length === 0}
      empty={text.noShelves}
      tools={<ShowOperation panel={text.shelves} names={['ShelvesOfPlace', 'ShelfHealths']} />}
    >
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{text.ingredient}</th>
            <th scope="col">{text.state}</th>
            <th scope="col" className={table.number}>
              {text.lastHeard}
            </th>
            <th scope="col" className={table.number}>
              {text.battery}
            </th>
            <th scope="col" className={table.number}>
              {text.noise}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className={TONES[row.health.state] === 'bad' ? styles.stale : undefined}>
              <td title={text.perUnit(decimal(row.gramsPerUnit), count(row.tareGrams))}>
                {row.stockItem.ingredient.name}
                {outletOf(row) !== undefined && <span className={table.quiet}> · {outletOf(row)}</span>}
              </td>
              <td>
                <span className={table.state}>
                  <Mark tone={TONES[row.health.state]} />
                  {text.shelfState[row.health.state]}
                </span>
              </td>
              <td className={table.number}>{ageOf(row, now)}</td>
              <td className={table.number}>
                {row.batteryPercent === null ? '–' : percent(row.batteryPercent)}
              </td>
              <td className={table.number}>{count(row.health.filteredReadings)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > FEW && (
        <Button look="quiet" className={table.more} onClick={() => setWhole(!isWhole)}>
          {isWhole ? text.showLess : text.showAll(all.length)}
        </Button>
      )}
    </Panel>
  );
});

function ageOf({ health: { lastSeenAt } }: ShelfRow, now: number): string {
  return lastSeenAt === null ? text.never : common.ago(span(now - Date.parse(lastSeenAt)));
}

function worstFirst(one: ShelfRow, other: ShelfRow): number {
  const rank = ({ health }: ShelfRow) => ORDER.indexOf(TONES[health.state]);
  return (
    rank(one) - rank(other) ||
    one.stockItem.ingredient.name.localeCompare(other.stockItem.ingredient.name) ||
    one.id.localeCompare(other.id)
  );
}
