/**
 * The basket: on a phone a bar that opens upwards, elsewhere a column. What no longer holds is marked at its line before anything is
 * ordered; a refused order says what to do, and an order that waits for the network says that it will go out.
 */
import { ChevronUp, Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Quote } from '../../shared/client/quote.js';
import { Button } from '../../shared/components/button.js';
import { rupiah } from '../../shared/text/format.js';
import type { Pending, Progress } from '../order/placing.js';
import { Sums } from '../order/sums.js';
import { dayAndTime } from '../outlet/opening-text.js';
import { text } from '../text.js';
import type { CheckedBasket, CheckedLine, Problem } from './basket.js';
import styles from './basket-region.module.css';
import { Refusal } from './refusal.js';

export interface RewardChoice {
  /** `redemption:ID` or `reward:ID`. */
  readonly id: string;
  readonly label: string;
  readonly amountOff: number;
}

export interface BasketRegionProps {
  readonly basket: CheckedBasket;
  readonly timeZone: string;
  readonly slots: readonly string[];
  readonly pickupAt: string | undefined;
  readonly rewards: readonly RewardChoice[];
  readonly reward: RewardChoice | undefined;
  /** Undefined while it is not known. */
  readonly quote: Quote | undefined;
  readonly pending: Pending | null;
  readonly progress: Progress;
  onQuantity(lineId: string, quantity: number): void;
  onPickup(at: string | undefined): void;
  onReward(id: string | undefined): void;
  onOrder(): void;
  onAccept(): void;
  onWithdraw(): void;
  onDismiss(): void;
}

export function BasketRegion(props: BasketRegionProps) {
  const { basket, pending, progress, quote, reward } = props;
  const [isOpen, setOpen] = useState(false);
  const isEmpty = basket.lines.length === 0;
  const hasProblem = basket.lines.some(({ problem }) => problem !== undefined);
  const total = quote?.total.amount ?? Math.max(0, basket.total - (reward?.amountOff ?? 0));
  return (
    <section
      className={styles.basket}
      aria-label={text.basket}
      data-empty={isEmpty || undefined}
      data-open={isOpen || undefined}
    >
      <h2 className={styles.title}>{text.basket}</h2>
      <div className={styles.content}>
        {isEmpty ? (
          <p className={styles.quiet}>{text.emptyBasket}</p>
        ) : (
          <>
            <ul className={styles.lines}>
              {basket.lines.map((line) => (
                <Line
                  key={line.line.id}
                  {...line}
                  isLocked={pending !== null}
                  onQuantity={props.onQuantity}
                />
              ))}
            </ul>
            <Choices {...props} />
            {quote !== undefined && <Sums {...quote} isTotalElsewhere />}
          </>
        )}
      </div>
      {progress.state === 'refused' && <Refusal {...props} errors={progress.errors} />}
      {pending !== null && <Waiting {...props} pending={pending} />}
      {!isEmpty && (
        <div className={styles.bar}>
          <button
            type="button"
            className={styles.summary}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            <span className={styles.pieces}>
              <ChevronUp size={18} aria-hidden="true" className={styles.chevron} />
              {text.items(basket.pieces)}
              {hasProblem && (
                <span className={styles.mark} aria-hidden="true">
                  !
                </span>
              )}
            </span>
            <span className={styles.total}>{rupiah(total)}</span>
          </button>
          <Button
            look="primary"
            className={styles.order}
            isBusy={progress.state === 'sending'}
            disabled={basket.isBlocked || pending !== null}
            onClick={props.onOrder}
          >
            {text.orderAndPay}
          </Button>
        </div>
      )}
    </section>
  );
}

function Line({
  line,
  options,
  item,
  subtotal,
  problem,
  isLocked,
  onQuantity,
}: CheckedLine & { readonly isLocked: boolean; onQuantity(lineId: string, quantity: number): void }) {
  const name = item?.name ?? line.name;
  return (
    <li className={styles.line} data-problem={problem?.kind}>
      <div className={styles.words}>
        <b>{name}</b>
        {(options.length > 0 || line.note !== '') && (
          <span className={styles.quiet}>
            {[...options.filter(({ isDefault }) => !isDefault).map((option) => option.name), line.note]
              .filter((part) => part !== '')
              .join(', ')}
          </span>
        )}
        {problem !== undefined && (
          <span className={styles.problem} data-kind={problem.kind}>
            {problemText(problem)}
          </span>
        )}
      </div>
      <span className={styles.subtotal}>{rupiah(subtotal)}</span>
      <div className={styles.quantity}>
        <button
          type="button"
          aria-label={line.quantity === 1 ? `${text.remove}: ${name}` : text.fewer(name)}
          disabled={isLocked}
          onClick={() => onQuantity(line.id, line.quantity - 1)}
        >
          <Minus size={16} aria-hidden="true" />
        </button>
        <output>{line.quantity}</output>
        <button
          type="button"
          aria-label={text.more(name)}
          disabled={isLocked || (problem !== undefined && problem.kind !== 'price')}
          onClick={() => onQuantity(line.id, line.quantity + 1)}
        >
          <Plus size={16} aria-hidden="true" />
        </button>
      </div>
    </li>
  );
}

function problemText(problem: Problem): string {
  switch (problem.kind) {
    case 'optionSoldOut':
      return text.problems.optionSoldOut(problem.option);
    case 'tooMany':
      return text.problems.tooMany(problem.left);
    case 'price':
      return text.problems.price(rupiah(problem.from), rupiah(problem.to));
    default:
      return text.problems[problem.kind];
  }
}

function Choices({
  slots,
  pickupAt,
  timeZone,
  rewards,
  reward,
  pending,
  onPickup,
  onReward,
}: BasketRegionProps) {
  return (
    <div className={styles.choices}>
      <label>
        <span>{text.pickup}</span>
        <select
          value={pickupAt ?? ''}
          disabled={pending !== null}
          onChange={(event) => onPickup(event.target.value || undefined)}
        >
          <option value="">{text.asSoon}</option>
          {slots.map((slot) => (
            <option key={slot} value={slot}>
              {dayAndTime(slot, timeZone)}
            </option>
          ))}
        </select>
      </label>
      {rewards.length > 0 && (
        <label>
          <span>{text.reward}</span>
          <select
            value={reward?.id ?? ''}
            disabled={pending !== null}
            onChange={(event) => onReward(event.target.value || undefined)}
          >
            <option value="">{text.noReward}</option>
            {rewards.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

function Waiting({ pending, progress, onWithdraw }: BasketRegionProps & { readonly pending: Pending }) {
  return (
    <div className={styles.waiting} aria-live="polite">
      <p>
        {progress.state === 'sending'
          ? text.sending
          : progress.state === 'signedOut'
            ? text.signInToSend
            : pending.attempts === 0
              ? text.waiting
              : text.uncertain}
      </p>
      {pending.attempts === 0 && progress.state !== 'sending' && (
        <Button look="quiet" onClick={onWithdraw}>
          {text.takeBack}
        </Button>
      )}
    </div>
  );
}
