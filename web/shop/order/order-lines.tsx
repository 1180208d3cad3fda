/** What was ordered, and what it comes to: of an order or of its receipt. */
import { rupiah } from '../../shared/text/format.js';
import styles from './order-lines.module.css';
import { type OrderSums, Sums } from './sums.js';

export interface OrderedLine {
  readonly name: string;
  readonly quantity: number;
  /** Options and the note. */
  readonly details: readonly string[];
  readonly subtotal: { readonly amount: number };
}

export function OrderLines({
  lines,
  sums,
}: {
  readonly lines: readonly OrderedLine[];
  readonly sums: OrderSums;
}) {
  return (
    <div className={styles.lines}>
      <ul>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an order never change.
          <li key={index} className={styles.line}>
            <span className={styles.quantity}>{line.quantity} ×</span>
            <span>
              <b>{line.name}</b>
              <span className={styles.options}>{line.details.join(', ')}</span>
            </span>
            <span className={styles.amount}>{rupiah(line.subtotal.amount)}</span>
          </li>
        ))}
      </ul>
      <Sums {...sums} />
    </div>
  );
}
