/** A control that does one thing. `isBusy` says that its request is under way: a second press does nothing. */
import type { ButtonHTMLAttributes } from 'react';
import styles from './button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Default `plain`. */
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly isBusy?: boolean;
}

export function Button({ look = 'plain', isBusy = false, className, onClick, ...others }: ButtonProps) {
  return (
    <button
      type="button"
      {...others}
      className={[styles.button, className].filter(Boolean).join(' ')}
      data-look={look}
      aria-busy={isBusy || undefined}
      onClick={(event) => {
        if (!isBusy) onClick?.(event);
        else event.preventDefault();
      }}
    />
  );
}
