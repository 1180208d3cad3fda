/** The steps of an order as a list: those that it took, the present one, those to come. */
import { Check } from 'lucide-react';
import type { GuestOrderFragment } from '../operations.js';
import { text } from '../text.js';
import styles from './steps.module.css';

type Status = GuestOrderFragment['status'];

const WAY: readonly Status[] = ['AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY', 'COMPLETED'];

/** A voided order shows how far it came, and its end. */
function stepsOf(status: Status, passed: readonly Status[]): readonly Status[] {
  if (status === 'PLACED' || WAY.includes(status)) return WAY;
  return [...WAY.filter((step) => passed.includes(step)), status];
}

/** @param passed statuses that it has had. */
export function Steps({ status, passed }: { readonly status: Status; readonly passed: readonly Status[] }) {
  const steps = stepsOf(status, passed);
  const present = Math.max(0, steps.indexOf(status));
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={styles.step}
          aria-current={index === present ? 'step' : undefined}
          data-state={index < present ? 'done' : index === present ? 'present' : 'next'}
        >
          <span className={styles.dot} aria-hidden="true">
            {index < present && <Check size={12} strokeWidth={3} />}
          </span>
          {text.steps[step]}
        </li>
      ))}
    </ol>
  );
}
