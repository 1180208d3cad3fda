/** An item of the menu: a press on it opens its options, the plus adds it with its defaults at once. */
import { Plus } from 'lucide-react';
import { rupiah, span } from '../../shared/text/format.js';
import { Picture } from '../picture/picture.js';
import { text } from '../text.js';
import { type Item, savingOn, stockOf } from './menu.js';
import styles from './menu-row.module.css';

export interface MenuRowProps {
  readonly item: Item;
  /** How many the basket has. */
  readonly inBasket: number;
  onOpen(): void;
  onAdd(): void;
}

export function MenuRow({ item, inBasket, onOpen, onAdd }: MenuRowProps) {
  const stock = stockOf(item);
  const saving = savingOn(item, item.price.amount);
  const isSoldOut = stock.state === 'none';
  return (
    <div className={styles.row} data-sold-out={isSoldOut || undefined}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <span className={styles.picture}>
          <Picture item={item} />
        </span>
        <span className={styles.words}>
          <span className={styles.name}>{item.name}</span>
          <span className={styles.line}>{item.description}</span>
          <span className={styles.facts}>
            <span className={styles.price}>{rupiah(item.price.amount - saving)}</span>
            {saving > 0 && <s className={styles.former}>{rupiah(item.price.amount)}</s>}
            {item.isLimited && <span className={styles.limited}>{text.limited}</span>}
            {stock.state === 'few' && <span className={styles.few}>{text.left(stock.left)}</span>}
            {isSoldOut && (
              <span className={styles.none}>
                {item.isLimited ? text.soldOut : `${text.soldOut} · ${text.soldOutNow}`}
              </span>
            )}
            {stock.state !== 'none' && item.promotions[0] !== undefined && (
              <span className={styles.limited}>{item.promotions[0].name}</span>
            )}
          </span>
        </span>
      </button>
      <button
        type="button"
        className={styles.add}
        aria-label={text.add(item.name)}
        title={text.add(item.name)}
        data-count={inBasket > 0 ? inBasket : undefined}
        disabled={isSoldOut}
        onClick={onAdd}
      >
        {inBasket === 0 && <Plus size={20} aria-hidden="true" />}
      </button>
    </div>
  );
}

/** How long one takes to make, without the queue before it. */
export function makingTime({ preparationSeconds }: Pick<Item, 'preparationSeconds'>): string {
  return span(preparationSeconds * 1_000);
}
