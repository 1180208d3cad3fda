/**
 * Payments of one order until its total is met: all by one method, or parts by several; cash with its change. Before the first of them the
 * order can still be changed. An order that was refused or cancelled meanwhile says why, and leads back to its items.
 */
import { useEffect, useRef, useState } from 'react';
import { AttemptKeys } from '../../shared/client/attempt-keys.js';
import { randomId } from '../../shared/client/random-id.js';
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import { AmountField } from './amount-field.js';
import { tendersFor } from './basket.js';
import styles from './counter.module.css';
import { methodName, WITHOUT_CASH } from './methods.js';
import type { PaymentMethod, TakenFragment } from './operations.js';
import { PaidPanel } from './paid-panel.js';
import { cancelSale, followPayment, giveUp, type Placed, takePayment } from './sale.js';
import { counterText } from './text.js';
import { useMember } from './use-member.js';
import { ranOutFor, usePlaced } from './use-placed.js';
import { WaitingForGuest } from './waiting-for-guest.js';

export interface PayPanelProps {
  readonly order: Placed;
  /** Whether a member's phone or code was given with it. */
  readonly isOfMember: boolean;
  readonly timeZone: string | undefined;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

const COUNTED = new Set(['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED']);

export function PayPanel({ order, isOfMember, timeZone, onBack, onNext }: PayPanelProps) {
  const placed = usePlaced(order.id);
  const member = useMember(order.id, isOfMember);
  const [answered, setAnswered] = useState<readonly TakenFragment[]>([]);
  const [pending, setPending] = useState<TakenFragment>();
  const [part, setPart] = useState<number>();
  const [given, setGiven] = useState<number>();
  const [isBusy, setBusy] = useState(false);
  const [attempts] = useState(() => new AttemptKeys(randomId));
  const [failure, setFailure] = useState<string>();

  const taken = [...new Map([...(placed?.payments ?? []), ...answered].map((one) => [one.id, one])).values()];
  const counted = taken.filter(({ status }) => COUNTED.has(status));
  const owed = order.total.amount - counted.reduce((sum, { amount }) => sum + amount.amount, 0);
  const amount = Math.min(owed, part === undefined || part === 0 ? owed : part);
  const isOver = placed?.status === 'REJECTED' || placed?.status === 'CANCELLED';
  const over = useRef(isOver);
  over.current = isOver;

  const settle = (payment: TakenFragment) => {
    if (payment.status === 'PENDING') return setPending(payment);
    setPending(undefined);
    setAnswered((all) => [...all.filter(({ id }) => id !== payment.id), payment]);
    if (payment.status === 'FAILED') return setFailure(counterText.failed);
    setPart(undefined);
    setGiven(undefined);
  };
  const take = async (method: PaymentMethod, tendered?: number) => {
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    const intent = { orderId: order.id, method, amount, tendered };
    const key = attempts.of(intent);
    const outcome = await takePayment(order.id, method, amount, tendered, key, () => over.current);
    setBusy(false);
    if ('failure' in outcome) return setFailure(outcome.failure);
    attempts.answered(intent);
    settle(outcome.done);
  };
  const leave = async () => {
    if (isBusy) return;
    setBusy(true);
    const outcome = await cancelSale(order.id);
    setBusy(false);
    if ('failure' in outcome) setFailure(outcome.failure);
    else onBack();
  };
  const pendingId = pending?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what follows a payment depends on its id alone.
  useEffect(
    () => (pendingId === undefined ? undefined : followPayment(order.id, pendingId, settle)),
    [order.id, pendingId],
  );

  if (owed <= 0) return <PaidPanel order={order} payments={counted} timeZone={timeZone} onNext={onNext} />;
  if (placed !== undefined && isOver && counted.length === 0)
    return (
      <section aria-label={counterText.order} className={styles.order}>
        <h2 className={styles.title}>{order.number}</h2>
        <p role="alert" className={controls.failure}>
          {ranOutFor(placed).length > 0
            ? counterText.ranOut(ranOutFor(placed).join(', '))
            : (placed.statusReason ?? counterText.cancelled)}
        </p>
        <button type="button" className={styles.pay} onClick={onBack}>
          {counterText.changeOrder}
        </button>
        <button type="button" className={controls.choice} onClick={onNext}>
          {counterText.next}
        </button>
      </section>
    );
  return (
    <section aria-label={counterText.order} className={styles.order} aria-busy={isBusy || undefined}>
      <h2 className={styles.title}>
        {order.number} · {counterText.owed} {rupiah(owed)}
      </h2>
      {member !== undefined && <p>{counterText.forMember(member)}</p>}
      {counted.length > 0 && (
        <ul>
          {counted.map(({ id, method, amount: part }) => (
            <li key={id} className={styles.share}>
              <span>{methodName(method)}</span>
              <b>{rupiah(part.amount)}</b>
            </li>
          ))}
        </ul>
      )}
      {failure !== undefined && (
        <p role="alert" className={controls.failure}>
          {failure}
        </p>
      )}
      {pending === undefined ? (
        <>
          <h3 className={styles.subtitle}>{counterText.cash}</h3>
          <div className={styles.tenders}>
            {tendersFor(amount).map((tendered) => (
              <button
                key={tendered}
                type="button"
                className={controls.choice}
                onClick={() => void take('CASH', tendered)}
              >
                {rupiah(tendered)}
              </button>
            ))}
          </div>
          <div className={styles.row}>
            <AmountField label={counterText.given} value={given} onChange={setGiven} />
            <button
              type="button"
              className={controls.choice}
              disabled={given === undefined || given < amount}
              onClick={() => void take('CASH', given)}
            >
              {counterText.take(rupiah(given ?? 0))}
            </button>
          </div>
          <h3 className={styles.subtitle}>{counterText.withoutCash}</h3>
          <div className={styles.tenders}>
            {WITHOUT_CASH.map((method) => (
              <button
                key={method}
                type="button"
                className={controls.choice}
                onClick={() => void take(method)}
              >
                {methodName(method)}
              </button>
            ))}
          </div>
          <AmountField
            label={counterText.amount}
            value={part}
            placeholder={rupiah(owed)}
            onChange={setPart}
          />
          {counted.length === 0 && (
            <button type="button" className={controls.choice} onClick={() => void leave()}>
              {counterText.changeOrder}
            </button>
          )}
        </>
      ) : (
        <WaitingForGuest
          payment={pending}
          onGiveUp={() =>
            void giveUp(pending.id).then((outcome) =>
              'failure' in outcome ? setFailure(outcome.failure) : setPending(undefined),
            )
          }
        />
      )}
    </section>
  );
}
