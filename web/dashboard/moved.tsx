/** A figure whose ground fades for a second after it moved. One that moves again meanwhile fades on: many changes a second are no flicker. */
import { useRef } from 'react';
import styles from './moved.module.css';

const FADE_MILLISECONDS = 1_000;

export function Moved({ value, children }: { readonly value: number | string; readonly children: string }) {
  const former = useRef(value);
  const fade = useRef({ times: 0, beganAt: Number.NEGATIVE_INFINITY });
  if (former.current !== value) {
    former.current = value;
    const now = performance.now();
    if (now - fade.current.beganAt >= FADE_MILLISECONDS)
      fade.current = { times: fade.current.times + 1, beganAt: now };
  }
  const { times } = fade.current;
  return (
    <span key={times} className={times > 0 ? styles.moved : undefined}>
      {children}
    </span>
  );
}
