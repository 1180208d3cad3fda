/** What was ordered, and what it comes to: of an order or of its receipt. */
import { rupiah } from '../../shared/text/format.js';
import type { GuestOrderFragment } from '../operations.js';
import { text } from '../text.js';
import styles from './order-lines.module.css';

export interface OrderedLine {
  readonly name: string;
  readonly quantity: number;
  /** Options and the note. */
  readonly details: readonly string[];
  readonly subtotal: { readonly amount: number };
}

type Sums = Pick<GuestOrderFragment, 'rewardDiscount' | 'serviceCharge' | 'taxes' | 'rounding' | 'total'>;

export function OrderLines({ lines, sums }: { readonly lines: readonly OrderedLine[]; readonly sums: Sums }) {
  const { rewardDiscount, serviceCharge, taxes, rounding, total } = sums;
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
      <dl className={styles.sums}>
        {rewardDiscount.amount > 0 && <Sum name={text.discount} amount={-rewardDiscount.amount} />}
        {serviceCharge.amount > 0 && <Sum name={text.service} amount={serviceCharge.amount} />}
        {taxes.map(({ name, amount, isIncluded }) => (
          <Sum key={name} name={isIncluded ? text.taxIncluded(name) : name} amount={amount.amount} />
        ))}
        {rounding.amount !== 0 && <Sum name={text.rounding} amount={rounding.amount} />}
        <div className={styles.total}>
          <dt>{text.total}</dt>
          <dd>{rupiah(total.amount)}</dd>
        </div>
      </dl>
    </div>
  );
}

function Sum({ name, amount }: { readonly name: string; readonly amount: number }) {
  return (
    <div className={styles.sum}>
      <dt>{name}</dt>
      <dd>{rupiah(amount)}</dd>
    </div>
  );
}
