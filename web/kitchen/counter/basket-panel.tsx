/** The order before it is paid: lines, their options, for whom it is, and the total with promotions, service and taxes. */
import { useState } from 'react';
import { useQuote } from '../../shared/client/quote.js';
import { Sheet } from '../../shared/components/sheet.js';
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import {
  type Basket,
  requestedLines,
  totalOf,
  unitPrice,
  unusualIn,
  withNote,
  withOption,
  withQuantity,
} from './basket.js';
import styles from './counter.module.css';
import type { CounterGuest } from './sale.js';
import { counterText } from './text.js';

export interface BasketPanelProps {
  readonly outletId: string;
  readonly basket: Basket;
  readonly guest: CounterGuest;
  readonly isBusy: boolean;
  readonly failure: string | undefined;
  readonly onChange: (basket: Basket, guest?: CounterGuest) => void;
  readonly onPay: () => void;
}

export function BasketPanel(props: BasketPanelProps) {
  const { outletId, basket, guest, isBusy, failure, onChange, onPay } = props;
  const lines = requestedLines(basket);
  const quote = useQuote(lines.length === 0 ? null : { outletId, lines, rewardDiscount: 0 }, totalOf(basket));
  const [changing, setChanging] = useState<number>();
  const line = changing === undefined ? undefined : basket[changing];
  const field = (name: keyof CounterGuest, type: 'text' | 'tel') => (
    <input
      type={type}
      className={styles.field}
      aria-label={counterText[name]}
      placeholder={counterText[name]}
      maxLength={name === 'table' ? 20 : 60}
      value={guest[name]}
      onChange={({ target }) => onChange(basket, { ...guest, [name]: target.value })}
    />
  );
  return (
    <section aria-label={counterText.order} className={styles.order}>
      <h2 className={styles.title}>{counterText.order}</h2>
      {basket.length === 0 && <p className={controls.quiet}>{counterText.empty}</p>}
      <ul className={styles.lines}>
        {basket.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal lines differ by their place alone.
          <li key={`${one.item.id}/${index}`} className={styles.line}>
            <button
              type="button"
              className={styles.what}
              title={counterText.optionsOf(one.item.name)}
              onClick={() => setChanging(index)}
            >
              <b>{one.item.name}</b>
              {unusualIn(one).length > 0 && <span>{unusualIn(one).join(', ')}</span>}
              {one.note !== '' && <span className={styles.note}>{one.note}</span>}
              <span className={styles.price}>{rupiah(unitPrice(one) * one.quantity)}</span>
            </button>
            <button
              type="button"
              className={styles.step}
              aria-label={counterText.less(one.item.name)}
              onClick={() => onChange(withQuantity(basket, index, -1))}
            >
              −
            </button>
            <output className={styles.quantity}>{one.quantity}</output>
            <button
              type="button"
              className={styles.step}
              aria-label={counterText.more(one.item.name)}
              onClick={() => onChange(withQuantity(basket, index, 1))}
            >
              +
            </button>
          </li>
        ))}
      </ul>
      <fieldset className={styles.guest}>
        <legend className={styles.hidden}>{counterText.forWhom}</legend>
        {field('name', 'text')}
        {field('table', 'text')}
        {field('member', 'tel')}
      </fieldset>
      {failure !== undefined && (
        <p role="alert" className={controls.failure}>
          {failure}
        </p>
      )}
      <button
        type="button"
        className={styles.pay}
        disabled={basket.length === 0}
        aria-busy={isBusy || undefined}
        onClick={onPay}
      >
        {counterText.pay} {rupiah(quote?.total.amount ?? totalOf(basket))}
      </button>
      {line !== undefined && changing !== undefined && (
        <Sheet title={line.item.name} onClose={() => setChanging(undefined)}>
          <div className={controls.stack}>
            {line.item.optionGroups.map((group) => (
              <fieldset key={group.id} className={styles.group}>
                <legend>{group.name}</legend>
                <div className={controls.choices}>
                  {group.options.map((option) => (
                    <button
                      key={option.id}
                      type="button"
                      className={controls.choice}
                      aria-pressed={line.optionIds.includes(option.id)}
                      onClick={() => onChange(withOption(basket, changing, group, option.id))}
                    >
                      {option.name}
                      {option.priceDelta.amount !== 0 && ` +${rupiah(option.priceDelta.amount)}`}
                    </button>
                  ))}
                </div>
              </fieldset>
            ))}
            <label className={styles.labelled}>
              {counterText.note}
              <input
                className={styles.field}
                maxLength={200}
                value={line.note}
                onChange={({ target }) => onChange(withNote(basket, changing, target.value))}
              />
            </label>
          </div>
        </Sheet>
      )}
    </section>
  );
}
