/** The counter's screen: items to tap, the order that they make, and how it is paid. */
import { useEffect, useMemo, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Skeleton } from '../../shared/components/panel.js';
import { ScreenHeader } from '../../shared/components/screen-header.js';
import { StaffOnly } from '../staff-only.js';
import { added, type Basket } from './basket.js';
import { BasketPanel } from './basket-panel.js';
import styles from './counter.module.css';
import { MenuGrid } from './menu-grid.js';
import { type CounterItemFragment, CounterMenu, type CounterMenuQuery } from './operations.js';
import { PayPanel } from './pay-panel.js';
import { type CounterGuest, newKey, type Placed, placeOrder } from './sale.js';
import { counterText } from './text.js';
import { TillTools } from './till.js';

const NOBODY: CounterGuest = { name: '', table: '', memberPhone: '' };

export function CounterScreen() {
  return <StaffOnly title={counterText.counter}>{(outletId) => <CounterOf outletId={outletId} />}</StaffOnly>;
}

function CounterOf({ outletId }: { readonly outletId: string }) {
  const { items, failed } = useItems(outletId);
  const [basket, setBasket] = useState<Basket>([]);
  const [guest, setGuest] = useState(NOBODY);
  const [key, setKey] = useState(newKey);
  const [placed, setPlaced] = useState<Placed>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  // The same order twice is one: another basket or guest is another intent.
  const change = (next: Basket, whom: CounterGuest = guest) => {
    setBasket(next);
    setGuest(whom);
    setKey(newKey());
    setFailure(undefined);
  };
  const place = async () => {
    if (isBusy) return;
    setBusy(true);
    const outcome = await placeOrder(outletId, basket, guest, key);
    setBusy(false);
    if ('failure' in outcome) setFailure(outcome.failure);
    else setPlaced(outcome.done);
  };
  const next = () => {
    setPlaced(undefined);
    change([], NOBODY);
  };

  return (
    <div className={styles.screen}>
      <ScreenHeader title={counterText.counter}>
        <TillTools outletId={outletId} />
      </ScreenHeader>
      <main className={styles.main}>
        <h1 className={styles.hidden}>{counterText.counter}</h1>
        {items === undefined ? (
          <div className={styles.notice}>{failed ? counterText.notLoaded : <Skeleton rows={8} />}</div>
        ) : (
          <MenuGrid
            items={items}
            isOff={placed !== undefined}
            onAdd={(item) => change(added(basket, item))}
          />
        )}
        {placed === undefined ? (
          <BasketPanel
            basket={basket}
            guest={guest}
            isBusy={isBusy}
            failure={failure}
            onChange={change}
            onPay={() => void place()}
          />
        ) : (
          <PayPanel key={placed.id} order={placed} onNext={next} />
        )}
      </main>
    </div>
  );
}

function useItems(outletId: string) {
  const [items, setItems] = useState<readonly CounterItemFragment[]>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      const read = await readItems(outletId);
      if (isOver) return;
      setFailed(read === undefined);
      if (read === undefined) timer = setTimeout(load, 3_000);
      else setItems(read);
    };
    void load();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [outletId]);
  return useMemo(() => ({ items, failed }), [items, failed]);
}

async function readItems(outletId: string): Promise<CounterItemFragment[] | undefined> {
  const items: CounterItemFragment[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const answer: CounterMenuQuery | undefined = (
      await client.query(CounterMenu, { outletId, after }).toPromise()
    ).data;
    if (answer?.menu == null) return undefined;
    items.push(...answer.menu.nodes);
    const { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null } =
      answer.menu.pageInfo;
    after = hasNextPage ? endCursor : null;
  }
  return items;
}
