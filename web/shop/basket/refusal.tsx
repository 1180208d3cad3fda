/** Why an order was refused: what happened, that nothing was ordered, and what to do. */
import { Button } from '../../shared/components/button.js';
import type { ShopUserErrorFragment } from '../operations.js';
import { dayAndTime } from '../outlet/opening-text.js';
import { text } from '../text.js';
import styles from './refusal.module.css';

const SOLD_OUT = new Set(['OUT_OF_STOCK', 'ITEM_UNAVAILABLE', 'INVALID_OPTION']);

export interface RefusalProps {
  readonly errors: readonly ShopUserErrorFragment[];
  readonly timeZone: string;
  onPickup(at: string | undefined): void;
  onAccept(): void;
  onDismiss(): void;
}

export function Refusal({ errors, timeZone, onPickup, onAccept, onDismiss }: RefusalProps) {
  const closed = errors.find(({ code }) => code === 'OUTLET_CLOSED');
  const soldOut = errors.filter(({ code }) => SOLD_OUT.has(code));
  const price = errors.find(({ code }) => code === 'PRICE_CHANGED');
  const { failures } = text;
  if (closed !== undefined) {
    const { retryAt } = closed;
    return (
      <Box title={failures.closedTitle} onDismiss={onDismiss}>
        <p>{retryAt === null ? failures.closedForNow : failures.closed(dayAndTime(retryAt, timeZone))}</p>
        {retryAt !== null && (
          <Button
            onClick={() => {
              onPickup(nextQuarter(retryAt));
              onDismiss();
            }}
          >
            {failures.pickThen(dayAndTime(nextQuarter(retryAt), timeZone))}
          </Button>
        )}
      </Box>
    );
  }
  if (soldOut.length > 0)
    return (
      <Box title={failures.soldOutTitle} onDismiss={onDismiss}>
        {soldOut.map(({ message }) => (
          <p key={message}>{message}</p>
        ))}
        <p>{failures.soldOut}</p>
      </Box>
    );
  if (price !== undefined)
    return (
      <Box title={failures.priceTitle} onDismiss={onDismiss}>
        <p>{price.message}</p>
        <p>{failures.price}</p>
        <Button onClick={onAccept}>{failures.orderAtPrice}</Button>
      </Box>
    );
  return (
    <Box title={failures.otherTitle} onDismiss={onDismiss}>
      {errors.map(({ message }) => (
        <p key={message}>{message}</p>
      ))}
      <p>{failures.other}</p>
    </Box>
  );
}

function Box({
  title,
  children,
  onDismiss,
}: {
  readonly title: string;
  readonly children: React.ReactNode;
  onDismiss(): void;
}) {
  return (
    <div role="alert" className={styles.box}>
      <p className={styles.title}>{title}</p>
      {children}
      <Button look="quiet" onClick={onDismiss}>
        {text.failures.dismiss}
      </Button>
    </div>
  );
}

function nextQuarter(at: string): string {
  const quarter = 15 * 60_000;
  return new Date(Math.ceil(Date.parse(at) / quarter) * quarter).toISOString();
}
