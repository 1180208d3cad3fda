/**
 * The level of one item over 24 hours, with each movement as a mark of its cause. A point of the curve chooses the movement nearest in
 * time; the movements stand beside it as a table, down to their traces.
 */
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Skeleton } from '../../shared/components/panel.js';
import { common } from '../../shared/text/texts.js';
import type { StockRow } from '../data/stock.js';
import { change, level, moment } from '../format.js';
import { CurveOfItem, type CurveOfItemQuery } from '../operations.js';
import table from '../table.module.css';
import { text } from '../text.js';
import styles from './curve.module.css';
import { LevelChart } from './level-chart.js';
import { CAUSE_COLOURS, type CauseKind, causeKind, causeText, type Movement } from './movements.js';

const HOURS = 24;
const AFTER_CHANGE_MILLISECONDS = 1_000;
const SHAPES: Readonly<Record<CauseKind, string>> = {
  order: 'M5 0 10 5 5 10 0 5z',
  reading: 'M5 1a4 4 0 1 0 .01 0z',
  delivery: 'M5 .8 9.6 9H.4z',
  person: 'M1 1h8v8H1z',
};

export interface CurveProps {
  readonly item: StockRow;
  readonly timeZone: string;
  readonly now: number;
}

export default function Curve({ item, timeZone, now }: CurveProps) {
  const { id, version, unit, ingredient } = item;
  const [shown, setShown] = useState<CurveOfItemQuery['stockItem']>();
  const [hasFailed, setFailed] = useState(false);
  const [chosen, setChosen] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version of the item is another curve.
  useEffect(() => {
    let isStopped = false;
    const read = async () => {
      const from = new Date(Date.now() - HOURS * 3_600_000).toISOString();
      const { data } = await client.query(CurveOfItem, { stockItemId: id, from }).toPromise();
      if (isStopped) return;
      setFailed(!data?.stockItem);
      if (data?.stockItem) setShown(data.stockItem);
    };
    const timer = setTimeout(read, shown === undefined ? 0 : AFTER_CHANGE_MILLISECONDS);
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }, [id, version]);

  if (shown === undefined || shown === null)
    return hasFailed ? <p role="alert">{common.failed}</p> : <Skeleton rows={5} />;
  const points = shown.history ?? [];
  const movements = [...shown.movements.nodes].sort((one, other) => other.at.localeCompare(one.at));
  return (
    <div className={styles.curve}>
      <div>
        <h3 className={styles.title}>
          {text.curve(ingredient.name)} <span className={styles.quiet}>· {text.curveHours}</span>
        </h3>
        <LevelChart
          label={text.curve(ingredient.name)}
          points={points}
          movements={movements}
          unit={unit}
          timeZone={timeZone}
          choose={setChosen}
        />
        <details className={styles.details}>
          <summary>{text.asTable}</summary>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">{text.time}</th>
                <th scope="col" className={table.number}>
                  {text.level}
                </th>
              </tr>
            </thead>
            <tbody>
              {points.map(({ at, last }) => (
                <tr key={at}>
                  <td>{moment(at, timeZone, now)}</td>
                  <td className={table.number}>{level(last, unit)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </div>
      <div>
        <h3 className={styles.title}>{text.whatChanged}</h3>
        {movements.length === 0 && <p className={styles.quiet}>{text.noMovements}</p>}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
        <div className={styles.movements} tabIndex={0}>
          <table className={table.table}>
            <thead className={styles.hidden}>
              <tr>
                <th scope="col">{text.time}</th>
                <th scope="col">{text.cause}</th>
                <th scope="col">{text.change}</th>
                <th scope="col">{text.trace}</th>
              </tr>
            </thead>
            <tbody>
              {movements.map((movement) => (
                <MovementRow
                  key={movement.id}
                  movement={movement}
                  isChosen={movement.id === chosen}
                  unit={unit}
                  time={moment(movement.at, timeZone, now)}
                />
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </div>
  );
}

interface MovementRowProps {
  readonly movement: Movement;
  readonly isChosen: boolean;
  readonly unit: string;
  readonly time: string;
}

function MovementRow({ movement, isChosen, unit, time }: MovementRowProps) {
  const kind = causeKind(movement);
  return (
    <tr
      className={isChosen ? styles.chosen : undefined}
      ref={(row) => {
        if (isChosen) row?.scrollIntoView({ block: 'nearest' });
      }}
    >
      <td className={table.short}>{time}</td>
      <td>
        <span className={styles.cause}>
          <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
            <path d={SHAPES[kind]} fill={CAUSE_COLOURS[kind]} />
          </svg>
          <span>
            {causeText(movement)}
            {movement.figure !== 'ON_HAND' && (
              <span className={styles.quiet}> {text.figures[movement.figure]}</span>
            )}
          </span>
        </span>
      </td>
      <td className={table.number}>{change(movement.delta, unit)}</td>
      <td className={styles.trace} title={movement.cause.traceId}>
        {movement.cause.traceId.slice(0, 8)}
      </td>
    </tr>
  );
}
