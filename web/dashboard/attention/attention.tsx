/** Problems first: a sentence for each, and the one thing to do about it. */
import { useState } from 'react';
import { client } from '../../shared/client/client.js';
import { reopen } from '../../shared/client/connection.js';
import type { Live } from '../../shared/client/live.js';
import { Button } from '../../shared/components/button.js';
import { Panel } from '../../shared/components/panel.js';
import { rupiah, span } from '../../shared/text/format.js';
import { level, percent } from '../format.js';
import { Mark } from '../mark.js';
import { ShowOperation } from '../operation/show-operation.js';
import { ConfirmCash } from '../operations.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import { text } from '../text.js';
import { AtRiskSheet } from './at-risk-sheet.js';
import styles from './attention.module.css';
import type { Problem } from './problems.js';

const FEW = 6;

type ProblemAtRisk = Extract<Problem, { kind: 'AT_RISK' }>;

export interface AttentionProps {
  readonly className: string | undefined;
  readonly place: Place;
  readonly problems: readonly Problem[];
  readonly live: Live<unknown>;
  readonly now: number;
  /** Opens the item's curve, or the panel of what the problem is about. */
  readonly show: (problem: Problem) => void;
}

export function Attention({ className, place, problems, live, now, show }: AttentionProps) {
  const [isWhole, setWhole] = useState(false);
  const [deciding, setDeciding] = useState<ProblemAtRisk>();
  const shown = isWhole ? problems : problems.slice(0, FEW);
  const nameOf = (outletId: string | undefined) =>
    place.outlet === undefined ? place.outlets.find(({ id }) => id === outletId)?.name : undefined;
  return (
    <Panel
      className={className}
      title={text.attention}
      live={live}
      isEmpty={problems.length === 0}
      empty={
        <p className={styles.nothing}>
          <Mark tone="good" /> {text.nothing}
        </p>
      }
      tools={
        <ShowOperation
          panel={text.attention}
          names={['AlertsOfOutlet', 'StockAlerts', 'OrdersAtRisk', 'ResolveOrdersAtRisk', 'ConfirmCash']}
        />
      }
    >
      <ul className={styles.list}>
        {shown.map((problem) => (
          <li key={`${problem.kind} ${problem.id}`} className={styles.problem}>
            <Mark tone={problem.severity} />
            <span className={styles.sentence}>
              {nameOf(problem.outletId) !== undefined && <b>{nameOf(problem.outletId)} · </b>}
              {sentenceOf(problem, now)}
            </span>
            {problem.kind === 'AT_RISK' ? (
              <Button onClick={() => setDeciding(problem)}>{text.decide}</Button>
            ) : (
              <Action problem={problem} show={show} />
            )}
          </li>
        ))}
      </ul>
      {problems.length > FEW && (
        <Button look="quiet" className={table.more} onClick={() => setWhole(!isWhole)}>
          {isWhole ? text.showLess : text.showAll(problems.length)}
        </Button>
      )}
      {deciding !== undefined && <AtRiskSheet item={deciding.item} onClose={() => setDeciding(undefined)} />}
    </Panel>
  );
}

function Action({ problem, show }: { readonly problem: Problem; readonly show: AttentionProps['show'] }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  if (problem.kind === 'LINK') return <Button onClick={reopen}>{text.tryLink}</Button>;
  if (problem.kind !== 'CASH') return <Button onClick={() => show(problem)}>{text.show}</Button>;
  const confirm = async () => {
    setBusy(true);
    const { data } = await client.mutation(ConfirmCash, { paymentId: problem.payment.id }).toPromise();
    setBusy(false);
    const payload = data?.confirmCashPayment;
    setFailure(payload ? payload.userErrors[0]?.message : text.actionFailed);
  };
  return (
    <>
      <Button isBusy={isBusy} onClick={() => void confirm()}>
        {text.confirmCash}
      </Button>
      {failure !== undefined && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
    </>
  );
}

function sentenceOf(problem: Problem, now: number): string {
  switch (problem.kind) {
    case 'LINK':
      return text.linkLost;
    case 'AT_RISK': {
      const { count, numbers } = problem.orders;
      return text.atRisk(
        problem.item.ingredient.name,
        count,
        `${numbers.join(', ')}${count > numbers.length ? '…' : ''}`,
      );
    }
    case 'SOLD_OUT':
      return text.gone(problem.item.ingredient.name);
    case 'LOW': {
      const { ingredient, available, reorderPoint, unit } = problem.item;
      return text.low(ingredient.name, level(available, unit), level(reorderPoint, unit));
    }
    case 'RUNS_OUT':
      return text.runsOutSoon(problem.item.ingredient.name, span(problem.milliseconds));
    case 'SHELF':
      return sentenceOfShelf(problem.shelf, now);
    case 'SHELVES':
      return text.manyShelves[problem.state](problem.shelves.length);
    case 'CASH': {
      const { total, order } = problem.payment;
      return text.cashWaits(rupiah(total.amount), order?.number ?? '', span(problem.milliseconds));
    }
    case 'REFUND':
      return text.refundRefused(rupiah(problem.amount), problem.payment.order?.number ?? '');
  }
}

function sentenceOfShelf(shelf: Extract<Problem, { kind: 'SHELF' }>['shelf'], now: number): string {
  const { name } = shelf.stockItem.ingredient;
  const { state, lastSeenAt } = shelf.health;
  if (state === 'OFFLINE') return text.shelfOffline(name);
  if (state === 'NOISY') return text.shelfNoisy(name);
  if (state === 'LOW_BATTERY') return text.shelfBattery(name, percent(shelf.batteryPercent ?? 0));
  return lastSeenAt === null
    ? text.shelfNever(name)
    : text.shelfSilent(name, span(now - Date.parse(lastSeenAt)));
}
