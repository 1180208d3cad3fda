/** The shop of one outlet: its menu and basket, or one order. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useLink } from '../shared/client/connection.js';
import type { Session } from '../shared/client/session.js';
import { Button } from '../shared/components/button.js';
import { Sheet } from '../shared/components/sheet.js';
import { SignIn } from '../shared/components/sign-in.js';
import { useNow } from '../shared/components/use-now.js';
import { span } from '../shared/text/format.js';
import { common } from '../shared/text/texts.js';
import { AccountSheet } from './account/account-sheet.js';
import { useGuest } from './account/use-guest.js';
import { go, useParameter } from './address.js';
import { BasketRegion } from './basket/basket-region.js';
import { useBasket } from './basket/use-basket.js';
import { BarcodeField } from './menu/barcode-field.js';
import { ItemSheet } from './menu/item-sheet.js';
import type { Item } from './menu/menu.js';
import { MenuList } from './menu/menu-list.js';
import { useMenu } from './menu/use-menu.js';
import { useSearch } from './menu/use-search.js';
import type { GuestOrderFragment } from './operations.js';
import { OrderView } from './order/order-view.js';
import { RunningOrder } from './order/running-order.js';
import { useOrdering } from './order/use-ordering.js';
import { openingText } from './outlet/opening-text.js';
import { OutletChoice } from './outlet/outlet-choice.js';
import { PersonFoot } from './person-foot.js';
import styles from './shop.module.css';
import { ShopHeader } from './shop-header.js';
import { text } from './text.js';

export function OutletShop({ outletId, session }: { readonly outletId: string; readonly session: Session }) {
  const person = session?.person;
  const menu = useMenu(outletId);
  const basket = useBasket(outletId, menu.menu);
  const guest = useGuest(person?.id);
  const orderId = useParameter('order');
  const isOffline = useIsOffline();
  const [item, setItem] = useState<Item>();
  const [sheet, setSheet] = useState<'account' | 'signIn'>();
  const [said, say] = useState('');
  const isAsking = sheet === 'signIn';
  const ordering = useOrdering({
    outletId,
    person,
    menu,
    basket,
    guest,
    isAsking,
    onSignIn: () => setSheet('signIn'),
  });
  const { outlet } = menu.value ?? {};

  useEffect(() => {
    if (person !== undefined) setSheet((open) => (open === 'signIn' ? undefined : open));
  }, [person]);

  const again = useCallback(
    (order: GuestOrderFragment) => {
      const missing = basket.addOrder(order);
      say(missing.length === 0 ? '' : text.againMissing(missing.join(', ')));
      go({ order: undefined });
    },
    [basket],
  );

  if (menu.isUnknown && menu.value === undefined)
    return (
      <>
        <ShopHeader title="Kedai" />
        <main>
          <OutletChoice isUnknown />
        </main>
        <PersonFoot session={session} />
      </>
    );
  return (
    <>
      <ShopHeader
        title={outlet?.name ?? 'Kedai'}
        line={outlet === undefined ? '…' : openingText(outlet)}
        isOpen={outlet?.isOpenNow ?? true}
        person={person && { name: person.name, unread: guest.value?.me.notifications?.unreadCount ?? 0 }}
        onPerson={() => setSheet('account')}
      />
      <main>
        {orderId !== undefined ? (
          <OrderView
            key={orderId}
            orderId={orderId}
            stored={guest.value?.me.orders?.nodes.find(({ id }) => id === orderId)}
            onAgain={again}
          />
        ) : (
          <div className={styles.page} data-lines={basket.checked.pieces || undefined}>
            <div className={styles.menu}>
              {(isOffline || menu.isOld) && (
                <p className={styles.band}>
                  <Offline isOffline={isOffline} readAt={menu.value?.readAt} />
                </p>
              )}
              {said !== '' && (
                <p className={styles.band} role="alert">
                  <span>{said}</span>
                  <Button look="quiet" onClick={() => say('')}>
                    {text.failures.dismiss}
                  </Button>
                </p>
              )}
              <RunningOrder orders={guest.value?.me.orders?.nodes} />
              <MenuPart
                outletId={outletId}
                menu={menu}
                inBasket={basket.countOf}
                onOpen={setItem}
                onAdd={(one) => {
                  basket.addDefault(one);
                  say('');
                }}
              />
            </div>
            <BasketRegion
              basket={basket.checked}
              timeZone={outlet?.timeZone ?? 'Asia/Jakarta'}
              onQuantity={basket.setQuantity}
              {...ordering}
            />
          </div>
        )}
      </main>
      {sheet !== 'signIn' && <PersonFoot session={session} />}
      {item !== undefined && (
        <ItemSheet
          item={menu.menu.get(item.id) ?? item}
          outletId={outletId}
          onAdd={(choice) => basket.add(item, choice)}
          onClose={() => setItem(undefined)}
        />
      )}
      {sheet === 'account' && person !== undefined && (
        <AccountSheet
          name={person.name}
          guest={guest}
          isOffline={isOffline}
          onAgain={again}
          onClose={() => setSheet(undefined)}
        />
      )}
      {sheet === 'signIn' && person === undefined && (
        <Sheet title={common.signInTitle} onClose={() => setSheet(undefined)}>
          <div className={styles.signInSheet}>
            <SignIn />
          </div>
        </Sheet>
      )}
    </>
  );
}

interface MenuPartProps {
  readonly outletId: string;
  readonly menu: ReturnType<typeof useMenu>;
  inBasket(itemId: string): number;
  onOpen(item: Item): void;
  onAdd(item: Item): void;
}

function MenuPart({ outletId, menu, inBasket, onOpen, onAdd }: MenuPartProps) {
  const [words, setWords] = useState('');
  const items = menu.value?.items;
  const found = useSearch(outletId, words, items ?? []);
  return (
    <>
      <div className={styles.tools}>
        <input
          type="search"
          className={styles.search}
          aria-label={text.search}
          placeholder={text.search}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <BarcodeField menu={menu.menu} onFound={onOpen} />
      </div>
      <MenuList
        items={items}
        found={found}
        words={words.trim()}
        inBasket={inBasket}
        onOpen={onOpen}
        onAdd={onAdd}
      />
    </>
  );
}

/** With the age of what is shown. */
function Offline({
  isOffline,
  readAt,
}: {
  readonly isOffline: boolean;
  readonly readAt: number | undefined;
}) {
  const age = span(useNow() - (readAt ?? Date.now()));
  return <span>{isOffline ? text.offline(age) : text.unreachable(age)}</span>;
}

function useIsOffline(): boolean {
  const isOnline = useSyncExternalStore(listenToNetwork, () => navigator.onLine);
  const { state } = useLink();
  return !isOnline || state === 'stale';
}

function listenToNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
