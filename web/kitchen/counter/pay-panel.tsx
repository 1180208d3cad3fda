/** Payments of one order until its total is met: all by one method, or parts by several; cash with its change. */
import { useEffect, useState } from 'react';
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import { AttemptKey } from './attempt-key.js';
import { tendersFor } from './basket.js';
import styles from './counter.module.css';
import type { PaymentMethod, TakenFragment } from './operations.js';
import { ReceiptSheet } from './receipt-sheet.js';
import { followPayment, giveUp, newKey, type Placed, takePayment } from './sale.js';
import { counterText } from './text.js';

const METHODS: readonly { readonly method: PaymentMethod; readonly name: string }[] = [
  { method: 'QRIS', name: 'QRIS' },
  { method: 'CARD', name: counterText.card },
  { method: 'GOPAY', name: 'GoPay' },
  { method: 'OVO', name: 'OVO' },
  { method: 'DANA', name: 'DANA' },
];

export function PayPanel({ order, onNext }: { readonly order: Placed; readonly onNext: () => void }) {
  const [taken, setTaken] = useState<readonly TakenFragment[]>([]);
  const [pending, setPending] = useState<TakenFragment>();
  const [part, setPart] = useState('');
  const [given, setGiven] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [attempt] = useState(() => new AttemptKey(newKey));
  const [failure, setFailure] = useState<string>();
  const [isReceiptOpen, setReceiptOpen] = useState(false);
  const owed = order.total.amount - taken.reduce((sum, { amount }) => sum + amount.amount, 0);
  const amount = Math.min(owed, Number(part) || owed);

  const settle = (payment: TakenFragment) => {
    if (payment.status === 'PENDING') return setPending(payment);
    setPending(undefined);
    if (payment.status === 'FAILED') return setFailure(counterText.failed);
    setPart('');
    setGiven('');
    setTaken((all) => [...all.filter(({ id }) => id !== payment.id), payment]);
  };
  const take = async (method: PaymentMethod, tendered?: number) => {
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    const key = attempt.of({ method, amount, tendered });
    const outcome = await takePayment(order.id, method, amount, tendered, key);
    setBusy(false);
    if ('failure' in outcome) return setFailure(outcome.failure);
    attempt.answered();
    settle(outcome.done);
  };
  const pendingId = pending?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what follows a payment depends on its id alone.
  useEffect(
    () => (pendingId === undefined ? undefined : followPayment(order.id, pendingId, settle)),
    [order.id, pendingId],
  );

  if (owed <= 0) {
    const change = taken.reduce((sum, payment) => sum + (payment.change?.amount ?? 0), 0);
    return (
      <section aria-label={counterText.order} className={styles.order}>
        <h2 className={styles.title}>
          {order.number} · {counterText.paid}
        </h2>
        <p className={styles.change} role="status">
          {change === 0 ? counterText.noChange : `${counterText.changeDue} ${rupiah(change)}`}
        </p>
        <button type="button" className={controls.choice} onClick={() => setReceiptOpen(true)}>
          {counterText.receipt}
        </button>
        <button type="button" className={styles.pay} onClick={onNext}>
          {counterText.next}
        </button>
        {isReceiptOpen && <ReceiptSheet orderId={order.id} onClose={() => setReceiptOpen(false)} />}
      </section>
    );
  }
  return (
    <section aria-label={counterText.order} className={styles.order} aria-busy={isBusy || undefined}>
      <h2 className={styles.title}>
        {order.number} · {counterText.owed} {rupiah(owed)}
      </h2>
      {failure !== undefined && (
        <p role="alert" className={controls.failure}>
          {failure}
        </p>
      )}
      {pending === undefined ? (
        <>
          <label className={styles.labelled}>
            {counterText.amount}
            <input
              inputMode="numeric"
              className={styles.field}
              placeholder={rupiah(owed)}
              value={part}
              onChange={({ target }) => setPart(target.value.replaceAll(/\D/g, ''))}
            />
          </label>
          <h3 className={styles.subtitle}>{counterText.cash}</h3>
          <div className={controls.choices}>
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
          <label className={styles.labelled}>
            {counterText.given}
            <span className={styles.row}>
              <input
                inputMode="numeric"
                className={styles.field}
                value={given}
                onChange={({ target }) => setGiven(target.value.replaceAll(/\D/g, ''))}
              />
              <button
                type="button"
                className={controls.choice}
                disabled={Number(given) < amount}
                onClick={() => void take('CASH', Number(given))}
              >
                {counterText.take(rupiah(Number(given)))}
              </button>
            </span>
          </label>
          <div className={controls.choices}>
            {METHODS.map(({ method, name }) => (
              <button
                key={method}
                type="button"
                className={controls.choice}
                onClick={() => void take(method)}
              >
                {name}
              </button>
            ))}
          </div>
        </>
      ) : (
        <>
          <p role="status">{counterText.waiting}</p>
          {pending.action?.redirectUrl != null && <p className={styles.code}>{pending.action.redirectUrl}</p>}
          {pending.action?.qrCode != null && <p className={styles.code}>{pending.action.qrCode}</p>}
          <button
            type="button"
            className={controls.choice}
            onClick={() =>
              void giveUp(pending.id).then((outcome) =>
                'failure' in outcome ? setFailure(outcome.failure) : setPending(undefined),
              )
            }
          >
            {counterText.giveUp}
          </button>
        </>
      )}
    </section>
  );
}
