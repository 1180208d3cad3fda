/** What is there of each ingredient, live. A row opens its curve with what caused it; of several outlets, the outlets first. */
import { Fragment, lazy, memo, type Ref, Suspense, useMemo, useRef, useState } from 'react';
import type { Live } from '../../shared/client/live.js';
import { chooseOutlet } from '../../shared/client/outlet.js';
import { Panel, Skeleton } from '../../shared/components/panel.js';
import { span } from '../../shared/text/format.js';
import type { StockRow, StockRows } from '../data/stock.js';
import { level } from '../format.js';
import { Mark } from '../mark.js';
import { Moved } from '../moved.js';
import { ShowOperation } from '../operation/show-operation.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import { text } from '../text.js';
import { type Level, levelsOf, stateOf } from './levels.js';
import styles from './stock.module.css';

const ORDER_MILLISECONDS = 5_000;

const Curve = lazy(() => import('./curve.js'));

export interface StockPanelProps {
  readonly className: string | undefined;
  readonly place: Place;
  readonly live: Live<StockRows>;
  readonly now: number;
  /** The ingredient whose row is open. */
  readonly openId: string | undefined;
  readonly setOpenId: (ingredientId: string | undefined) => void;
  readonly search: Ref<HTMLInputElement>;
}

export const StockPanel = memo(function StockPanel({
  className,
  place,
  live,
  now,
  openId,
  setOpenId,
  search,
}: StockPanelProps) {
  const [sought, setSought] = useState('');
  const levels = useMemo(() => levelsOf(live.value?.values() ?? []), [live.value]);
  const shown = useSteadyOrder(levels, now).filter(({ name }) =>
    name.toLowerCase().includes(sought.trim().toLowerCase()),
  );
  const isPart = place.outlet === undefined && live.value !== undefined;
  return (
    <Panel
      className={className}
      title={text.stock}
      live={live}
      isEmpty={levels.length === 0}
      empty={text.noStock}
      skeleton={<Skeleton rows={10} />}
      tools={
        <>
          <input
            ref={search}
            type="search"
            className={styles.search}
            aria-label={text.search}
            placeholder={text.search}
            value={sought}
            onChange={({ target }) => setSought(target.value)}
          />
          <ShowOperation panel={text.stock} names={['StockOfOutlet', 'StockLevels', 'CurveOfItem']} />
        </>
      }
    >
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{text.ingredient}</th>
            <th scope="col" className={table.number}>
              {text.onHand}
            </th>
            <th scope="col" className={table.number}>
              {text.available}
            </th>
            <th scope="col" className={table.number}>
              {text.runsOut}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <Fragment key={one.id}>
              <Row one={one} now={now} isOpen={openId === one.id} setOpenId={setOpenId} />
              {openId === one.id && (
                <tr className={styles.opened}>
                  <td colSpan={4}>
                    {isPart ? (
                      <ByOutlet one={one} place={place} now={now} />
                    ) : (
                      <Suspense fallback={<Skeleton rows={5} />}>
                        {one.items[0] !== undefined && (
                          <Curve item={one.items[0]} timeZone={place.timeZone} now={now} />
                        )}
                      </Suspense>
                    )}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className={styles.none}>{text.noMatch}</p>}
    </Panel>
  );
});

interface RowProps {
  readonly one: Level;
  readonly now: number;
  readonly isOpen: boolean;
  readonly setOpenId: StockPanelProps['setOpenId'];
}

/** What runs out first at the top; rows change places every few seconds, so that one can be read and pressed. */
function useSteadyOrder(levels: readonly Level[], now: number): readonly Level[] {
  const order = useRef({ places: new Map<string, number>(), sortedAt: 0 });
  const { places, sortedAt } = order.current;
  if (now - sortedAt >= ORDER_MILLISECONDS || levels.some(({ id }) => !places.has(id)))
    order.current = { places: new Map(levels.map(({ id }, place) => [id, place])), sortedAt: now };
  const placeOf = ({ id }: Level) => order.current.places.get(id) ?? 0;
  return levels.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Rendered again only when what it shows has changed: another row's change makes new levels of all. */
const Row = memo(function Row({ one, now, isOpen, setOpenId }: RowProps) {
  const { id, name, unit, onHand, available, promised, state } = one;
  return (
    <tr id={`ingredient-${id}`} data-state={state}>
      <td>
        <button
          type="button"
          className={styles.name}
          aria-expanded={isOpen}
          onClick={() => setOpenId(isOpen ? undefined : id)}
        >
          <Mark tone={state} />
          {name}
        </button>
      </td>
      <td className={table.number}>
        <Moved value={onHand}>{level(onHand, unit)}</Moved>
      </td>
      <td className={table.number} title={promised > 0 ? text.promised(level(promised, unit)) : undefined}>
        <Moved value={available}>{level(available, unit)}</Moved>
      </td>
      <td className={table.number}>{runsOut(one, now)}</td>
    </tr>
  );
}, isSame);

const SHOWN = ['id', 'name', 'unit', 'onHand', 'available', 'promised', 'state'] as const;

function isSame(before: RowProps, after: RowProps): boolean {
  return (
    before.isOpen === after.isOpen &&
    before.setOpenId === after.setOpenId &&
    SHOWN.every((figure) => before.one[figure] === after.one[figure]) &&
    runsOut(before.one, before.now) === runsOut(after.one, after.now)
  );
}

function runsOut({ runsOutAt, state }: Pick<Level, 'runsOutAt' | 'state'>, now: number): string {
  if (state === 'bad') return text.soldOut;
  return runsOutAt === null ? text.notSoon : text.inSpan(span(Date.parse(runsOutAt) - now));
}

function ByOutlet({ one, place, now }: { readonly one: Level; readonly place: Place; readonly now: number }) {
  const nameOf = ({ outlet }: StockRow) => place.outlets.find(({ id }) => id === outlet?.id)?.name ?? '';
  return (
    <ul className={styles.outlets} aria-label={text.byOutlet}>
      {one.items.map((item) => (
        <li key={item.id}>
          <button type="button" className={styles.name} onClick={() => chooseOutlet(item.outlet?.id)}>
            <Mark tone={stateOf(item)} />
            {nameOf(item)}
          </button>
          <span>{level(item.available, item.unit)}</span>
          <span className={table.quiet}>
            {runsOut({ runsOutAt: item.runsOutAt, state: stateOf(item) }, now)}
          </span>
        </li>
      ))}
    </ul>
  );
}
