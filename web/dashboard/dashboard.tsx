/** The dashboard: what needs somebody first, then how the day goes, at one outlet or at all that the person runs. */
import { lazy, Suspense, useCallback, useRef, useState } from 'react';
import { useLink } from '../shared/client/connection.js';
import type { Live } from '../shared/client/live.js';
import type { Person } from '../shared/client/session.js';
import { Skeleton } from '../shared/components/panel.js';
import { ScreenHeader } from '../shared/components/screen-header.js';
import { SignedIn } from '../shared/components/signed-in.js';
import { useNow } from '../shared/components/use-now.js';
import { Attention } from './attention/attention.js';
import { type Problem, problemsOf, worstByOutlet } from './attention/problems.js';
import styles from './dashboard.module.css';
import { useOrders } from './data/orders.js';
import { usePayments } from './data/payments.js';
import { useSales } from './data/sales.js';
import { useShelves } from './data/shelves.js';
import { useAlerts, useStock } from './data/stock.js';
import { Keys } from './keys.js';
import { OrdersPanel } from './orders/orders.js';
import { PaymentsPanel } from './payments/payments.js';
import { OutletList } from './places/outlet-list.js';
import { type Outlet, type Place, useOutlets, usePlace } from './places/places.js';
import { SalesPanel } from './sales/sales.js';
import { ShelvesPanel } from './shelves/shelves.js';
import { StockPanel } from './stock/stock.js';
import { text } from './text.js';

const More = lazy(() => import('./more/more.js'));

export function Dashboard() {
  return (
    <>
      <ScreenHeader
        title={
          <a className={styles.home} href="/">
            Kedai
          </a>
        }
      />
      <SignedIn>{(person) => <Places key={person.id} person={person} />}</SignedIn>
    </>
  );
}

function Places({ person }: { readonly person: Person }) {
  const outlets = useOutlets(person);
  if (!person.roles.some(({ role }) => role !== 'CUSTOMER'))
    return (
      <main className={styles.message}>
        <p>{text.forStaff}</p>
        <a href="/shop">{text.toShop}</a>
      </main>
    );
  if (outlets === undefined)
    return (
      <main className={styles.message}>
        <Skeleton rows={8} />
      </main>
    );
  return <OfPlace outlets={outlets} />;
}

function OfPlace({ outlets }: { readonly outlets: readonly Outlet[] }) {
  const place = usePlace(outlets);
  return <Overview key={place.key} outlets={outlets} place={place} />;
}

function Overview({ outlets, place }: { readonly outlets: readonly Outlet[]; readonly place: Place }) {
  const now = useNow();
  const link = useLink();
  const stock = useStock(place);
  const alerts = useAlerts(place);
  const shelves = useShelves(place);
  const orders = useOrders(place);
  const payments = usePayments(place);
  const sales = useSales(place);
  const [openId, setOpenId] = useState<string>();
  const search = useRef<HTMLInputElement>(null);
  const problems = problemsOf({
    stock: stock.value?.values() ?? [],
    alerts: alerts.value ?? new Map(),
    shelves: [...(shelves.value?.values() ?? [])].map(({ row }) => row),
    payments: payments.value?.values() ?? [],
    isLinkLost: link.state === 'stale',
    now,
  });
  const show = useCallback((problem: Problem) => {
    if ('item' in problem) setOpenId(problem.item.ingredient.id);
    const id =
      'item' in problem
        ? `ingredient-${problem.item.ingredient.id}`
        : problem.kind === 'SHELF' || problem.kind === 'SHELVES'
          ? 'shelves'
          : 'payments';
    requestAnimationFrame(() => document.getElementById(id)?.scrollIntoView({ block: 'center' }));
  }, []);
  const common = { place, now };
  return (
    <div className={styles.screen} data-list={outlets.length > 1 || undefined}>
      {outlets.length > 1 && <OutletList outlets={outlets} place={place} worst={worstByOutlet(problems)} />}
      <main className={styles.main}>
        <h1 className={styles.title}>{place.outlet?.name || text.allOutlets(outlets.length)}</h1>
        {place.outlet === undefined && place.outlets.length < outlets.length && (
          <p className={styles.part}>{text.partOfOutlets(place.outlets.length, outlets.length)}</p>
        )}
        <div className={styles.grid}>
          <Attention
            {...common}
            className={styles.panel}
            problems={problems}
            live={worstOf(stock, alerts, shelves)}
            show={show}
          />
          <SalesPanel {...common} className={styles.panel} live={sales} />
          <div id="stock" tabIndex={-1} className={styles.target}>
            <StockPanel
              {...common}
              className={styles.panel}
              live={stock}
              openId={openId}
              setOpenId={setOpenId}
              search={search}
            />
          </div>
          <div className={styles.column}>
            <div id="orders" tabIndex={-1} className={styles.target}>
              <OrdersPanel {...common} className={styles.panel} live={orders} />
            </div>
            <div id="payments" tabIndex={-1} className={styles.target}>
              <PaymentsPanel {...common} className={styles.panel} live={payments} />
            </div>
            <div id="shelves" tabIndex={-1} className={styles.target}>
              <ShelvesPanel {...common} className={styles.panel} live={shelves} />
            </div>
          </div>
        </div>
        <Suspense fallback={null}>
          <More place={place} className={styles.panel} />
        </Suspense>
        <Keys search={search} />
      </main>
    </div>
  );
}

const FRESHNESS = ['live', 'loading', 'reconnecting', 'stale'];

/** What rests on several sources is as fresh as the least fresh of them. */
function worstOf(...sources: readonly Live<unknown>[]): Live<unknown> {
  return sources.reduce((worst, one) =>
    FRESHNESS.indexOf(one.freshness) > FRESHNESS.indexOf(worst.freshness) || one.value === undefined
      ? one
      : worst,
  );
}
