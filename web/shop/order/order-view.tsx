/** One order: one large status, its steps, its number to call out, what is to be paid, and what was ordered. When it is ready, the whole page says so. */
import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Button } from '../../shared/components/button.js';
import { Skeleton } from '../../shared/components/panel.js';
import { useNow } from '../../shared/components/use-now.js';
import { span, timeOfDay } from '../../shared/text/format.js';
import { common } from '../../shared/text/texts.js';
import { go } from '../address.js';
import { CancelOrder, type GuestOrderFragment } from '../operations.js';
import { text } from '../text.js';
import { NotifySwitch } from './notify-switch.js';
import { type OrderedLine, OrderLines } from './order-lines.js';
import styles from './order-view.module.css';
import { PaymentPanel } from './payment-panel.js';
import { ReceiptButton } from './receipt.js';
import { Steps } from './steps.js';
import { SubstitutionPanel } from './substitution-panel.js';
import { useGuestOrder } from './use-guest-order.js';

export interface OrderViewProps {
  readonly orderId: string;
  /** As it was seen last, while it is not there or the network is away. */
  readonly stored: GuestOrderFragment | undefined;
  onAgain(order: GuestOrderFragment): void;
}

export function OrderView({ orderId, stored, onAgain }: OrderViewProps) {
  const live = useGuestOrder(orderId);
  const order = live.value ?? stored;
  useTitle(order);
  return (
    <div className={styles.page} data-status={order?.status}>
      <Button look="quiet" className={styles.back} onClick={() => go({ order: undefined })}>
        <ArrowLeft size={18} aria-hidden="true" />
        {text.backToMenu}
      </Button>
      <section
        className={styles.order}
        aria-label={text.order}
        aria-busy={order === undefined && live.error === undefined}
      >
        {order !== undefined ? (
          <Order order={order} onAgain={() => onAgain(order)} />
        ) : live.error !== undefined ? (
          <p role="alert">{live.error.networkError === undefined ? text.orderGone : common.noNetwork}</p>
        ) : (
          <Skeleton rows={4} />
        )}
      </section>
    </div>
  );
}

function Order({ order, onAgain }: { readonly order: GuestOrderFragment; onAgain(): void }) {
  const { status, outlet } = order;
  const isPayable = status === 'PLACED' || status === 'AWAITING_PAYMENT';
  const isOver = ['COMPLETED', 'CANCELLED', 'REJECTED', 'REFUNDED'].includes(status);
  return (
    <>
      <div className={styles.head}>
        <p className={styles.quiet}>{outlet?.name}</p>
        <h1 className={styles.number}>{text.orderNumber(order.number)}</h1>
      </div>
      <div className={styles.status} aria-live="polite">
        <p className={styles.large}>{text.steps[status]}</p>
        <p>{order.statusReason ?? text.says[status]}</p>
        <Estimate order={order} />
        {order.rejection !== null && order.rejection.lines.length > 0 && (
          <p className={styles.bad}>
            {text.ranOut(
              [...new Set(order.rejection.lines.map(({ line, option }) => option?.name ?? line?.name ?? ''))]
                .filter((name) => name !== '')
                .join(', '),
            )}
          </p>
        )}
        {order.pointsEarned !== null && order.pointsEarned > 0 && <p>{text.points(order.pointsEarned)}</p>}
      </div>
      {!isOver && status !== 'READY' && <NotifySwitch />}
      <Steps status={status} passed={order.statusHistory.map((entry) => entry.status)} />
      {order.substitution !== null && <SubstitutionPanel order={order} substitution={order.substitution} />}
      {isPayable && <PaymentPanel order={order} />}
      <OrderLines lines={orderedLines(order)} sums={order} />
      <div className={styles.actions}>
        {order.payment !== null && !isPayable && (
          <ReceiptButton orderId={order.id} timeZone={outlet?.timeZone} />
        )}
        <Button onClick={onAgain}>{text.again}</Button>
        {(isPayable || status === 'PAID') && !isOver && <CancelButton orderId={order.id} />}
      </div>
    </>
  );
}

function orderedLines({ lines }: GuestOrderFragment): OrderedLine[] {
  return lines.map(({ name, quantity, options, note, subtotal, substituteName }) => ({
    name: substituteName ?? name,
    quantity,
    subtotal,
    details: [
      ...(substituteName === null
        ? options.map(({ name: choice, group }) => (group == null ? choice : `${group.name}: ${choice}`))
        : [text.inPlaceOf(name)]),
      ...(note === null ? [] : [note]),
    ],
  }));
}

function Estimate({ order }: { readonly order: GuestOrderFragment }) {
  const now = useNow();
  const { estimatedReadyAt, pickupAt, outlet, status } = order;
  const timeZone = outlet?.timeZone;
  if (status === 'READY') return <p className={styles.quiet}>{text.callOut}</p>;
  if (pickupAt !== null && estimatedReadyAt !== null)
    return <p className={styles.estimate}>{text.pickupAt(timeOfDay(pickupAt, timeZone))}</p>;
  if (estimatedReadyAt === null || status === 'PLACED' || status === 'AWAITING_PAYMENT') return null;
  const left = Date.parse(estimatedReadyAt) - now;
  return (
    <p className={styles.estimate}>
      {left < 60_000 ? text.readySoon : text.readyAt(timeOfDay(estimatedReadyAt, timeZone), span(left))}
    </p>
  );
}

function CancelButton({ orderId }: { readonly orderId: string }) {
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    const { data, error } = await client.mutation(CancelOrder, { orderId }).toPromise();
    setBusy(false);
    if (error?.networkError !== undefined) setFailure(common.noNetwork);
    else if (error !== undefined || (data?.cancelOrder?.userErrors.length ?? 0) > 0)
      setFailure(text.cancelFailed);
  };
  return (
    <>
      <Button look="danger" isBusy={isBusy} onClick={() => void cancel()}>
        {text.cancelOrder}
      </Button>
      {failure !== undefined && <p role="alert">{failure}</p>}
    </>
  );
}

function useTitle(order: GuestOrderFragment | undefined): void {
  const title =
    order === undefined ? 'Kedai' : `${text.steps[order.status]} · ${text.orderNumber(order.number)} · Kedai`;
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = 'Kedai';
    };
  }, [title]);
}
