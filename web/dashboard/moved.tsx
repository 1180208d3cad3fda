/** A figure whose ground fades for a second after it moved. */
import { useRef } from 'react';
import styles from './moved.module.css';

export function Moved({ value, children }: { readonly value: number | string; readonly children: string }) {
  const former = useRef(value);
  const times = useRef(0);
  if (former.current !== value) {
    former.current = value;
    times.current += 1;
  }
  return (
    <span key={times.current} className={times.current > 0 ? styles.moved : undefined}>
      {children}
    </span>
  );
}
