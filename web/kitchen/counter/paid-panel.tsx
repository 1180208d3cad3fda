/** A sale whose total is met: the change to give, its receipt, and the next one. */
import { useState } from 'react';
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import styles from './counter.module.css';
import type { TakenFragment } from './operations.js';
import { ReceiptSheet } from './receipt-sheet.js';
import type { Placed } from './sale.js';
import { counterText } from './text.js';

export interface PaidPanelProps {
  readonly order: Placed;
  readonly payments: readonly TakenFragment[];
  readonly timeZone: string | undefined;
  readonly onNext: () => void;
}

export function PaidPanel({ order, payments, timeZone, onNext }: PaidPanelProps) {
  const [isReceiptOpen, setReceiptOpen] = useState(false);
  const change = payments.reduce((sum, payment) => sum + (payment.change?.amount ?? 0), 0);
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
      {isReceiptOpen && (
        <ReceiptSheet orderId={order.id} timeZone={timeZone} onClose={() => setReceiptOpen(false)} />
      )}
    </section>
  );
}
