/** What an order comes to beside its lines: discount, service, taxes, rounding, and their total. */
import { rupiah } from '../../shared/text/format.js';
import type { GuestOrderFragment } from '../operations.js';
import { text } from '../text.js';
import styles from './sums.module.css';

export type OrderSums = Pick<
  GuestOrderFragment,
  'rewardDiscount' | 'serviceCharge' | 'taxes' | 'rounding' | 'total'
>;

/** @param props.isTotalElsewhere whether the total stands beside it, and is left out here. */
export function Sums({
  isTotalElsewhere = false,
  ...sums
}: OrderSums & { readonly isTotalElsewhere?: boolean }) {
  const { rewardDiscount, serviceCharge, taxes, rounding, total } = sums;
  return (
    <dl className={styles.sums}>
      {rewardDiscount.amount > 0 && <Sum name={text.discount} amount={-rewardDiscount.amount} />}
      {serviceCharge.amount > 0 && <Sum name={text.service} amount={serviceCharge.amount} />}
      {taxes.map(({ name, amount, isIncluded }) => (
        <Sum key={name} name={isIncluded ? text.taxIncluded(name) : name} amount={amount.amount} />
      ))}
      {rounding.amount !== 0 && <Sum name={text.rounding} amount={rounding.amount} />}
      {!isTotalElsewhere && (
        <div className={styles.total}>
          <dt>{text.total}</dt>
          <dd>{rupiah(total.amount)}</dd>
        </div>
      )}
    </dl>
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
