/** The counter's screen: items to tap, the order that they make, and how it is paid. */
import { useEffect, useMemo, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Skeleton } from '../../shared/components/panel.js';
import { ScreenHeader } from '../../shared/components/screen-header.js';
import { useOutlet } from '../menu.js';
import { StaffOnly } from '../staff-only.js';
import { added } from './basket.js';
import { BasketPanel } from './basket-panel.js';
import styles from './counter.module.css';
import { MenuGrid } from './menu-grid.js';
import { type CounterItemFragment, CounterMenu, type CounterMenuQuery } from './operations.js';
import { PayPanel } from './pay-panel.js';
import { counterText } from './text.js';
import { TillTools } from './till.js';
import { useSale } from './use-sale.js';
import { useSoldOut } from './use-sold-out.js';

export function CounterScreen() {
  return <StaffOnly title={counterText.counter}>{(outletId) => <CounterOf outletId={outletId} />}</StaffOnly>;
}

function CounterOf({ outletId }: { readonly outletId: string }) {
  const { items, failed } = useItems(outletId);
  const outlet = useOutlet(outletId);
  return (
    <div className={styles.screen}>
      <ScreenHeader title={outlet?.name ?? counterText.counter}>
        <TillTools outletId={outletId} />
      </ScreenHeader>
      <main className={styles.main}>
        <h1 className={styles.hidden}>{counterText.counter}</h1>
        {items === undefined ? (
          <div className={styles.notice}>{failed ? counterText.notLoaded : <Skeleton rows={8} />}</div>
        ) : (
          <SaleOf outletId={outletId} items={items} timeZone={outlet?.timeZone} />
        )}
      </main>
    </div>
  );
}

interface SaleOfProps {
  readonly outletId: string;
  readonly items: readonly CounterItemFragment[];
  readonly timeZone: string | undefined;
}

function SaleOf({ outletId, items, timeZone }: SaleOfProps) {
  const sale = useSale(outletId, items);
  const soldOut = useSoldOut(outletId);
  const { basket, guest, placed } = sale;
  return (
    <>
      <MenuGrid
        items={items}
        soldOut={soldOut}
        isOff={placed !== undefined}
        onAdd={(item) => sale.change(added(basket, item))}
      />
      {placed === undefined ? (
        <BasketPanel
          outletId={outletId}
          basket={basket}
          guest={guest}
          isBusy={sale.isBusy}
          failure={sale.failure}
          onChange={sale.change}
          onPay={() => void sale.place()}
        />
      ) : (
        <PayPanel
          key={placed.id}
          order={placed}
          isOfMember={guest.member.trim() !== ''}
          timeZone={timeZone}
          onBack={sale.goBack}
          onNext={sale.next}
        />
      )}
    </>
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
