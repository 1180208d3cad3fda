/** The lines of a ticket: quantity first, what differs from the usual in bold with its group, the usual in one quiet row; a tap crosses off. */
import { kitchenText } from '../text.js';
import type { Ticket } from './kitchen-state.js';
import styles from './ticket-lines.module.css';

type Line = Ticket['lines'][number];

export interface TicketLinesProps {
  readonly lines: readonly Line[];
  /** The station that is chosen; lines of others step back. */
  readonly station: string | undefined;
  readonly isUsual: (option: Line['options'][number]) => boolean;
  /** Left out: lines cannot be crossed off at this step. */
  readonly onToggle?: ((lineId: string) => void) | undefined;
}

export function TicketLines({ lines, station, isUsual, onToggle }: TicketLinesProps) {
  return (
    <ul className={styles.lines}>
      {lines.map((line) => (
        <li key={line.id} data-elsewhere={isElsewhere(line, station) || undefined}>
          {onToggle === undefined ? (
            <div className={styles.line} data-ready={line.isReady}>
              <LineText line={line} isUsual={isUsual} />
            </div>
          ) : (
            <button
              type="button"
              className={styles.line}
              data-ready={line.isReady}
              aria-pressed={line.isReady}
              onClick={() => onToggle(line.id)}
            >
              <LineText line={line} isUsual={isUsual} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

export function isElsewhere({ station }: Line, chosen: string | undefined): boolean {
  return chosen !== undefined && station !== null && station !== chosen;
}

function LineText({ line, isUsual }: { readonly line: Line; readonly isUsual: TicketLinesProps['isUsual'] }) {
  // A substitute is made as it usually is.
  const options = line.substituteName === null ? line.options : [];
  const usual = options.filter(isUsual);
  const other = options.filter((option) => !isUsual(option));
  return (
    <>
      <span className={styles.quantity}>{line.quantity}</span>
      <span className={styles.text}>
        <span className={styles.name}>{line.substituteName ?? line.name}</span>
        {line.substituteName !== null && (
          <span className={styles.usual}>{kitchenText.inPlaceOf(line.name)}</span>
        )}
        {line.timesRemade > 0 && <span className={styles.remade}>{kitchenText.remade}</span>}
        {other.map((option) => (
          <span key={option.id} className={styles.option}>
            {option.group !== null && <span className={styles.group}>{option.group.name} </span>}
            <b>{option.name}</b>
          </span>
        ))}
        {usual.length > 0 && (
          <span className={styles.usual}>
            {usual.map(({ name, group }) => (group === null ? name : `${group.name} ${name}`)).join(' · ')}
          </span>
        )}
        {line.note !== null && <span className={styles.note}>{line.note}</span>}
      </span>
    </>
  );
}
