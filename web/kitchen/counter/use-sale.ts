/** The sale under way at the counter, from the first item to the last payment. It outlives a reload of the page. */
import { useEffect, useState } from 'react';
import { randomId } from '../../shared/client/random-id.js';
import type { Basket } from './basket.js';
import type { CounterItemFragment } from './operations.js';
import { type CounterGuest, placeOrder } from './sale.js';
import { readSale, type Sale, writeSale } from './stored-sale.js';

const NOBODY: CounterGuest = { name: '', table: '', member: '' };
const empty = (): Sale => ({ basket: [], guest: NOBODY, key: randomId(), placed: undefined });

export function useSale(outletId: string, items: readonly CounterItemFragment[]) {
  const [sale, setSale] = useState<Sale>(() => readSale(outletId, items) ?? empty());
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(() => writeSale(outletId, sale), [outletId, sale]);

  return {
    ...sale,
    isBusy,
    failure,
    // The same order twice is one: another basket or guest is another intent.
    change(basket: Basket, guest = sale.guest) {
      setSale({ basket, guest, key: randomId(), placed: undefined });
      setFailure(undefined);
    },
    async place() {
      if (isBusy) return;
      setBusy(true);
      setFailure(undefined);
      const outcome = await placeOrder(outletId, sale.basket, sale.guest, sale.key);
      setBusy(false);
      if ('failure' in outcome) setFailure(outcome.failure);
      else setSale({ ...sale, placed: outcome.done });
    },
    /** The order was cancelled or refused: its items can be changed, and are another order. */
    goBack() {
      setSale({ ...sale, key: randomId(), placed: undefined });
    },
    next() {
      setSale(empty());
      setFailure(undefined);
    },
  };
}
