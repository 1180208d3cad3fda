/** The guests' screen: an outlet's menu, a basket, and the orders that come of it. Everybody reads the menu; to order, one signs in. */
import { useOutletId } from '../shared/client/outlet.js';
import { useSession } from '../shared/client/session.js';
import { useParameter } from './address.js';
import { OutletChoice } from './outlet/outlet-choice.js';
import { OutletShop } from './outlet-shop.js';
import { PersonFoot } from './person-foot.js';
import styles from './shop.module.css';
import { ShopHeader } from './shop-header.js';

export function Shop() {
  const session = useSession();
  const outletId = useOutletId(session?.person);
  const isChoosing = useParameter('view') === 'outlets';
  return (
    <div className={styles.shop}>
      {outletId === undefined || isChoosing ? (
        <>
          <ShopHeader title="Kedai" />
          <main>
            <OutletChoice />
          </main>
          <PersonFoot session={session} />
        </>
      ) : (
        <OutletShop key={outletId} outletId={outletId} session={session} />
      )}
    </div>
  );
}
