/** A box to tick beside its words: large enough for a thumb, named by them. */
import type { InputHTMLAttributes, ReactNode } from 'react';
import styles from './choice.module.css';

export interface ChoiceProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  readonly children: ReactNode;
}

export function Choice({ children, ...input }: ChoiceProps) {
  return (
    <label className={styles.choice}>
      <input type="checkbox" {...input} />
      {children}
    </label>
  );
}
