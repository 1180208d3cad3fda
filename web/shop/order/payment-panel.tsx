/** Paying: a choice of methods, and what the chosen one asks of the guest next: its page, its code, or the counter. */
import { lazy, Suspense, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Button } from '../../shared/components/button.js';
import { rupiah } from '../../shared/text/format.js';
import { common } from '../../shared/text/texts.js';
import {
  CancelPayment,
  type GuestOrderFragment,
  type GuestPaymentFragment,
  type ShopUserErrorFragment,
} from '../operations.js';
import { text } from '../text.js';
import { type Method, pay } from './paying.js';
import styles from './payment-panel.module.css';
import { useGuestPayment } from './use-guest-order.js';

const QrCode = lazy(() => import('../../shared/components/qr-code.js'));

const METHODS: readonly Method[] = ['QRIS', 'GOPAY', 'OVO', 'DANA', 'CARD', 'CASH'];

export function PaymentPanel({ order }: { readonly order: GuestOrderFragment }) {
  const [method, setMethod] = useState<Method>('QRIS');
  const [phone, setPhone] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [answered, setAnswered] = useState<GuestPaymentFragment>();
  const followed = useGuestPayment(order.id);
  const payment = newest(answered, followed ?? order.payment ?? undefined);

  const begin = async () => {
    setBusy(true);
    setFailure(undefined);
    const answer = await pay(
      order.id,
      method,
      method === 'OVO' && phone.trim() !== '' ? phone.trim() : undefined,
    );
    setBusy(false);
    if (answer.isUnreachable) setFailure(text.payUnknown);
    else if (answer.errors.length > 0) setFailure(failureOf(answer.errors));
    if (answer.payment !== undefined) setAnswered(answer.payment);
  };

  if (payment?.status === 'PENDING') return <Pending payment={payment} />;
  const failed = failure ?? (payment?.status === 'FAILED' ? text.payFailed : undefined);
  return (
    <form
      className={styles.payment}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void begin();
      }}
    >
      <div role="radiogroup" aria-label={text.paymentMethod} className={styles.methods}>
        {METHODS.map((one) => (
          <label key={one} className={styles.method}>
            <input
              type="radio"
              name="method"
              value={one}
              checked={one === method}
              onChange={() => setMethod(one)}
            />
            {text.methods[one]}
          </label>
        ))}
      </div>
      {method === 'OVO' && (
        <label className={styles.phone}>
          <span>{text.ovoPhone}</span>
          <input
            type="tel"
            autoComplete="tel"
            value={phone}
            onChange={(event) => setPhone(event.target.value)}
          />
        </label>
      )}
      {failed !== undefined && (
        <p role="alert" className={styles.failure}>
          {failed}
        </p>
      )}
      <div className={styles.foot}>
        <span className={styles.amount}>{rupiah(order.total.amount)}</span>
        <Button type="submit" look="primary" className={styles.pay} isBusy={isBusy}>
          {text.pay}
        </Button>
      </div>
    </form>
  );
}

function Pending({ payment }: { readonly payment: GuestPaymentFragment }) {
  const [failure, setFailure] = useState<string>();
  const { action, method } = payment;
  const stop = async () => {
    const { error } = await client.mutation(CancelPayment, { paymentId: payment.id }).toPromise();
    if (error?.networkError !== undefined) setFailure(common.noNetwork);
  };
  return (
    <div className={styles.payment} aria-live="polite">
      {method === 'CASH' ? (
        <p className={styles.cash}>{text.payCash}</p>
      ) : (
        <>
          {action?.qrCode != null && (
            <figure className={styles.qr}>
              <Suspense fallback={null}>
                <QrCode content={action.qrCode} label={text.qrOf} />
              </Suspense>
              <figcaption>{text.payQr}</figcaption>
            </figure>
          )}
          {action?.redirectUrl != null && (
            <a className={styles.page} href={action.redirectUrl} target="_blank" rel="noreferrer">
              {text.payPage(text.methods[method])}
            </a>
          )}
          <p className={styles.quiet}>{text.payWaiting}</p>
        </>
      )}
      {failure !== undefined && <p role="alert">{failure}</p>}
      <Button look="quiet" onClick={() => void stop()}>
        {text.payOther}
      </Button>
    </div>
  );
}

/** What was answered counts until the stream has said something else of the same payment, or of a later one. */
function newest(
  answered: GuestPaymentFragment | undefined,
  followed: GuestPaymentFragment | undefined,
): GuestPaymentFragment | undefined {
  if (answered === undefined || followed === undefined) return answered ?? followed;
  // Ids are UUIDs of version 7: they are in the order of their creation.
  if (answered.id !== followed.id) return answered.id > followed.id ? answered : followed;
  return followed.status === 'PENDING' ? answered : followed;
}

function failureOf(errors: readonly ShopUserErrorFragment[]): string {
  const [first] = errors;
  if (first?.code === 'PAYMENT_DECLINED') return text.payFailed;
  if (first?.code === 'PAYMENT_METHOD_UNAVAILABLE') return text.payUnavailable;
  return first?.message ?? text.payFailed;
}
