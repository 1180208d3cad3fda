/** The orders that an item no longer covers, for the manager to decide: their guests are offered something else, or they are cancelled and refunded. */
import { useEffect, useMemo, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { failureOf } from '../../shared/client/failure-of.js';
import { Button } from '../../shared/components/button.js';
import { Choice } from '../../shared/components/choice.js';
import { Skeleton } from '../../shared/components/panel.js';
import { Sheet } from '../../shared/components/sheet.js';
import { rupiah } from '../../shared/text/format.js';
import type { StockRow } from '../data/stock.js';
import {
  OrdersAtRisk,
  type OrdersAtRiskQuery,
  ResolveOrdersAtRisk,
  type ResolveOrdersAtRiskInput,
} from '../operations.js';
import { text } from '../text.js';
import styles from './at-risk-sheet.module.css';

export interface AtRiskSheetProps {
  readonly item: Pick<StockRow, 'id' | 'ingredient' | 'outlet'>;
  readonly onClose: () => void;
}

type Order = NonNullable<
  NonNullable<OrdersAtRiskQuery['stockItem']>['ordersAtRisk']['nodes'][number]['order']
>;
type MenuItem = NonNullable<OrdersAtRiskQuery['menuItems']>['nodes'][number];

interface Loaded {
  readonly orders: readonly Order[];
  readonly menuItems: readonly MenuItem[];
}

export function AtRiskSheet({ item, onClose }: AtRiskSheetProps) {
  const { id: stockItemId, ingredient, outlet } = item;
  const outletId = outlet?.id;
  const [loaded, setLoaded] = useState<Loaded>();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [menuItemId, setMenuItemId] = useState('');
  const [said, setSaid] = useState('');
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    let isOver = false;
    const load = async () => {
      if (outletId === undefined) return;
      const { data, error } = await client.query(OrdersAtRisk, { stockItemId, outletId }).toPromise();
      if (isOver) return;
      const { stockItem, menuItems } = data ?? {};
      if (stockItem == null) return setSaid(failureOf([], error, text.actionFailed));
      const orders = stockItem.ordersAtRisk.nodes.flatMap(({ order }) => order ?? []);
      setLoaded({ orders, menuItems: menuItems?.nodes ?? [] });
    };
    void load();
    return () => {
      isOver = true;
    };
  }, [stockItemId, outletId]);
  const offers = useMemo(
    () => (loaded?.menuItems ?? []).filter((one) => isOfferable(one, ingredient.id)),
    [loaded, ingredient.id],
  );
  const chosen = (loaded?.orders ?? []).filter(({ id }) => !left.has(id));
  const orderIds = chosen.map(({ id }) => id);
  const asked = chosen.filter(canBeAsked).map(({ id }) => id);

  async function resolve(
    choice: Pick<ResolveOrdersAtRiskInput, 'action' | 'menuItemId' | 'orderIds'>,
  ): Promise<void> {
    setBusy(true);
    const input = { stockItemId, ...choice, idempotencyKey: crypto.randomUUID() };
    const { data, error } = await client.mutation(ResolveOrdersAtRisk, { input }).toPromise();
    setBusy(false);
    const { stockItem, userErrors } = data?.resolveOrdersAtRisk ?? {};
    if (stockItem == null) return setSaid(failureOf(userErrors, error, text.actionFailed));
    setSaid(choice.action === 'OFFER' ? text.asked : text.refunding);
    const rest = (before: Loaded) => before.orders.filter(({ id }) => !choice.orderIds.includes(id));
    setLoaded((before) => before && { ...before, orders: rest(before) });
  }

  return (
    <Sheet title={text.ordersAtRisk(ingredient.name)} onClose={onClose}>
      <div className={styles.stack}>
        {loaded === undefined && said === '' && <Skeleton rows={3} />}
        {loaded?.orders.length === 0 && said === '' && <p>{text.nothingAtRisk}</p>}
        <ul>
          {loaded?.orders.map((order) => (
            <li key={order.id} className={styles.order}>
              <Choice
                checked={!left.has(order.id)}
                onChange={({ target }) => setLeft(changed(left, order.id, !target.checked))}
              >
                <b>{order.number}</b>
                <span className={styles.name}>
                  {order.customer?.name ?? order.guest?.name ?? text.walkIn}
                </span>
                <span>{rupiah(order.total.amount)}</span>
              </Choice>
              {order.substitution !== null && (
                <span className={styles.quiet}>
                  {text.substitution[order.substitution.status](order.substitution.name)}
                </span>
              )}
            </li>
          ))}
        </ul>
        <p role="status">{said}</p>
        {orderIds.length > 0 && (
          <>
            {asked.length < orderIds.length && <p className={styles.quiet}>{text.cannotBeAsked}</p>}
            {offers.length === 0 ? (
              <p className={styles.quiet}>{text.offerNothing}</p>
            ) : (
              <div className={styles.actions}>
                <select
                  aria-label={text.offerInstead}
                  value={menuItemId}
                  onChange={({ target }) => setMenuItemId(target.value)}
                >
                  <option value="">{text.offerInstead}</option>
                  {offers.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
                <Button
                  look="primary"
                  isBusy={isBusy}
                  disabled={menuItemId === '' || asked.length === 0}
                  onClick={() => void resolve({ action: 'OFFER', menuItemId, orderIds: asked })}
                >
                  {text.offerTo(asked.length)}
                </Button>
              </div>
            )}
            <Button
              look="danger"
              isBusy={isBusy}
              onClick={() => void resolve({ action: 'REFUND', orderIds })}
            >
              {text.refundAll(orderIds.length)}
            </Button>
          </>
        )}
      </div>
    </Sheet>
  );
}

/** Its guest is reached by the app, and has not taken something already. */
function canBeAsked({ customer, substitution }: Order): boolean {
  return (
    customer !== null &&
    (substitution === null || substitution.status === 'OFFERED' || substitution.status === 'FAILED')
  );
}

function isOfferable({ availability, recipe }: MenuItem, ingredientId: string): boolean {
  return (
    availability?.inStock === true &&
    (recipe ?? []).every(({ ingredient }) => ingredient?.id !== ingredientId)
  );
}

function changed(ids: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(ids);
  if (isIn) next.add(id);
  else next.delete(id);
  return next;
}
