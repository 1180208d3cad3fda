/** An item with its options, its allergens and a note: what is chosen shows in the picture and in the price at once. */
import { Minus, Plus } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '../../shared/components/button.js';
import { Sheet } from '../../shared/components/sheet.js';
import { rupiah } from '../../shared/text/format.js';
import { MOST_OF_LINE } from '../basket/basket.js';
import { Picture } from '../picture/picture.js';
import { text } from '../text.js';
import styles from './item-sheet.module.css';
import { allergenName } from './labels.js';
import {
  choose,
  chosenOptions,
  defaultsOf,
  type Item,
  mostOf,
  type OptionGroup,
  priceWith,
  savingOn,
  stockOf,
} from './menu.js';
import { makingTime } from './menu-row.js';
import { useOptions } from './use-options.js';

export interface Choice {
  readonly optionIds: readonly string[];
  readonly quantity: number;
  readonly note: string;
}

export interface ItemSheetProps {
  readonly item: Item;
  readonly outletId: string;
  onAdd(choice: Choice): void;
  onClose(): void;
}

/** Of `placeOrder`. */
const MOST_OF_NOTE = 200;

export function ItemSheet({ item: listed, outletId, onAdd, onClose }: ItemSheetProps) {
  const item = useOptions(listed, outletId);
  const [chosen, setChosen] = useState<readonly string[]>(() => defaultsOf(item));
  const [quantity, setQuantity] = useState(1);
  const [note, setNote] = useState('');
  const options = chosenOptions(item, chosen) ?? [];
  const fullPrice = priceWith(item, options);
  const price = fullPrice - savingOn(item, fullPrice);
  const stock = stockOf(item);
  const most = Math.min(MOST_OF_LINE, mostOf(item) ?? MOST_OF_LINE);
  const isMissing = options.some(({ availability }) => availability?.inStock === false);
  return (
    <Sheet
      title={item.name}
      onClose={onClose}
      foot={
        <div className={styles.foot}>
          <div className={styles.quantity}>
            <button
              type="button"
              aria-label={text.fewer(item.name)}
              disabled={quantity <= 1}
              onClick={() => setQuantity(quantity - 1)}
            >
              <Minus size={18} aria-hidden="true" />
            </button>
            <output aria-label={text.quantity}>{quantity}</output>
            <button
              type="button"
              aria-label={text.more(item.name)}
              disabled={quantity >= most}
              onClick={() => setQuantity(quantity + 1)}
            >
              <Plus size={18} aria-hidden="true" />
            </button>
          </div>
          <Button
            look="primary"
            className={styles.add}
            disabled={stock.state === 'none' || isMissing}
            onClick={() => {
              onAdd({ optionIds: chosen, quantity, note: note.trim().replace(/\s+/g, ' ') });
              onClose();
            }}
          >
            {stock.state === 'none' ? (
              text.soldOut
            ) : (
              <span className={styles.addWords}>
                <span>{text.addToBasket}</span> <span>{rupiah(price * quantity)}</span>
              </span>
            )}
          </Button>
        </div>
      }
    >
      <div className={styles.top}>
        <div className={styles.picture}>
          <Picture item={item} chosen={options.map(({ name }) => name)} />
        </div>
        <div className={styles.about}>
          <p>{item.description}</p>
          <p className={styles.quiet}>
            {stock.state === 'few' && <b className={styles.few}>{text.left(stock.left)} · </b>}
            {text.readyIn(makingTime(item))}
          </p>
          <p className={styles.quiet}>
            {item.allergens.length === 0
              ? text.noAllergens
              : `${text.contains}: ${item.allergens.map((one) => allergenName[one]).join(', ')}`}
          </p>
        </div>
      </div>
      {item.optionGroups.map((group) => (
        <Group
          key={group.id}
          group={group}
          chosen={chosen}
          onChoose={(option) => setChosen(choose(group, chosen, option))}
        />
      ))}
      <label className={styles.note}>
        <span>{text.note}</span>
        <input
          value={note}
          maxLength={MOST_OF_NOTE}
          placeholder={text.noteHint}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
    </Sheet>
  );
}

interface GroupProps {
  readonly group: OptionGroup;
  readonly chosen: readonly string[];
  onChoose(option: OptionGroup['options'][number]): void;
}

function Group({ group, chosen, onChoose }: GroupProps) {
  const id = useId();
  const isOne = group.maximum === 1;
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>
        {group.name} {group.maximum > 1 && <span className={styles.quiet}>{text.upTo(group.maximum)}</span>}
      </legend>
      <div className={styles.options}>
        {group.options.map((option) => {
          const isSoldOut = option.availability?.inStock === false;
          return (
            <label key={option.id} className={styles.option} data-sold-out={isSoldOut || undefined}>
              <input
                type={isOne && group.minimum === 1 ? 'radio' : 'checkbox'}
                name={`${id}-${group.id}`}
                checked={chosen.includes(option.id)}
                disabled={isSoldOut && !chosen.includes(option.id)}
                onChange={() => onChoose(option)}
              />
              <span className={styles.optionName}>{isSoldOut ? <s>{option.name}</s> : option.name}</span>
              {isSoldOut ? (
                <span className={styles.none}>{text.soldOut}</span>
              ) : (
                option.priceDelta.amount !== 0 && (
                  <span className={styles.delta}>
                    {option.priceDelta.amount > 0 ? '+' : ''}
                    {rupiah(option.priceDelta.amount)}
                  </span>
                )
              )}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
