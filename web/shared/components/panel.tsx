/**
 * A named part of a screen with its four states: loading (a skeleton after 150 ms, so that a quick answer does not flicker), empty, live,
 * and stale (greyed and hatched, with its age). A failure stays in the panel where it happened, with the way out.
 */
import { type ReactNode, useId } from 'react';
import type { Live } from '../client/live.js';
import { span } from '../text/format.js';
import { common } from '../text/texts.js';
import { Button } from './button.js';
import styles from './panel.module.css';
import { useNow } from './use-now.js';

export interface PanelProps {
  readonly title: string;
  readonly level?: 2 | 3;
  /** What the panel shows; left out: it is always live. */
  readonly live?: Pick<Live<unknown>, 'value' | 'freshness' | 'asOf' | 'error'>;
  readonly isEmpty?: boolean;
  /** Why there is nothing, and the next step. */
  readonly empty?: ReactNode;
  readonly skeleton?: ReactNode;
  /** Beside the title. */
  readonly tools?: ReactNode;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}

export function Panel({
  title,
  level = 2,
  live,
  isEmpty = false,
  empty,
  skeleton,
  tools,
  className,
  children,
}: PanelProps) {
  const id = useId();
  const Title = `h${level}` as const;
  const isLoading = live !== undefined && live.value === undefined && live.error === undefined;
  return (
    <section
      aria-labelledby={id}
      aria-busy={isLoading || undefined}
      className={[styles.panel, className].filter(Boolean).join(' ')}
      data-freshness={live?.freshness ?? 'live'}
    >
      <header className={styles.head}>
        <Title id={id} className={styles.title}>
          {title}
        </Title>
        {live !== undefined && live.value !== undefined && live.freshness !== 'live' && (
          <Age freshness={live.freshness === 'stale' ? 'stale' : 'reconnecting'} asOf={live.asOf} />
        )}
        {tools}
      </header>
      {live?.error !== undefined && live.value === undefined ? (
        <Failure codes={live.error.graphQLErrors.map(({ extensions }) => String(extensions.code))} />
      ) : isLoading ? (
        <div className={styles.skeleton}>
          <span className={styles.hidden}>{common.loading}</span>
          {skeleton ?? <Skeleton />}
        </div>
      ) : isEmpty ? (
        <div className={styles.empty}>{empty}</div>
      ) : (
        <div className={styles.body}>{children}</div>
      )}
    </section>
  );
}

function Age({ freshness, asOf }: { readonly freshness: 'reconnecting' | 'stale'; readonly asOf: number }) {
  const now = useNow();
  return (
    <span className={styles.age} data-freshness={freshness}>
      {common[freshness]} · {common.ago(span(now - asOf))}
    </span>
  );
}

function Failure({ codes }: { readonly codes: readonly string[] }) {
  const isForbidden = codes.some((code) => code === 'FORBIDDEN' || code === 'NOT_FOUND');
  return (
    <div className={styles.empty} role="alert">
      <p>{isForbidden ? common.notAllowed : common.failed}</p>
      {!isForbidden && <Button onClick={() => location.reload()}>{common.tryAgain}</Button>}
    </div>
  );
}

export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div className={styles.bars} data-loading aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars are alike and never move.
        <span key={row} className={styles.bar} />
      ))}
    </div>
  );
}
