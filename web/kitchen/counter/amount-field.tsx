/** Whole rupiah, typed as digits and shown as money. */
import { rupiah } from '../../shared/text/format.js';
import styles from './counter.module.css';

export interface AmountFieldProps {
  readonly label: string;
  /** Undefined: nothing is typed. */
  readonly value: number | undefined;
  readonly placeholder?: string;
  readonly onChange: (value: number | undefined) => void;
}

const MOST_DIGITS = 10;

export function AmountField({ label, value, placeholder, onChange }: AmountFieldProps) {
  return (
    <label className={styles.labelled}>
      {label}
      <input
        inputMode="numeric"
        autoComplete="off"
        className={styles.field}
        placeholder={placeholder}
        value={value === undefined ? '' : rupiah(value)}
        onChange={({ target }) => {
          const digits = target.value.replaceAll(/\D/g, '').slice(0, MOST_DIGITS);
          onChange(digits === '' ? undefined : Number(digits));
        }}
      />
    </label>
  );
}
