/** A state as a shape and a colour, beside its word: circle for fine, triangle for a warning, square for what is bad, ring for what is under way. */
import styles from './mark.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet';

export function Mark({ tone }: { readonly tone: Tone }) {
  return (
    <svg className={styles.mark} data-tone={tone} viewBox="0 0 10 10" aria-hidden="true">
      {tone === 'good' && <circle cx="5" cy="5" r="4" />}
      {tone === 'warn' && <path d="M5 .8 9.6 9H.4z" />}
      {tone === 'bad' && <path d="M1 1h8v8H1z" />}
      {tone === 'busy' && (
        <circle cx="5" cy="5" r="3.2" fill="none" stroke="currentcolor" strokeWidth="1.8" />
      )}
      {tone === 'quiet' && <path d="M1.5 4h7v2h-7z" />}
    </svg>
  );
}
