/** Minutes in a ring that fills: a circle while calm, a diamond when slow, a filled octagon when late. */
import { kitchenText } from '../text.js';
import type { Age } from './age.js';
import styles from './age-ring.module.css';

const SHAPES = {
  calm: 'M28 4a24 24 0 1 1 0 48a24 24 0 1 1 0-48z',
  slow: 'M28 2 54 28 28 54 2 28z',
  late: 'M28 4h10L52 18v20L38 52H18L4 38V18L18 4z',
};

export function AgeRing({ age: { minutes, degree, part } }: { readonly age: Age }) {
  return (
    <span className={styles.age} data-degree={degree}>
      <svg viewBox="0 0 56 56" aria-hidden="true">
        <path className={styles.track} d={SHAPES[degree]} />
        <path
          className={styles.fill}
          d={SHAPES[degree]}
          pathLength={100}
          strokeDasharray={`${Math.round(part * 100)} 100`}
        />
      </svg>
      <span className={styles.minutes} aria-hidden="true">
        {minutes}
      </span>
      <span className={styles.hidden}>
        {kitchenText.minutes(minutes)}
        {degree === 'calm' ? '' : `, ${kitchenText[degree]}`}
      </span>
    </span>
  );
}
