/** What a guest does to pay without cash: a code to scan, or a page of the provider. */
import { lazy, Suspense } from 'react';
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import styles from './counter.module.css';
import { methodName } from './methods.js';
import type { TakenFragment } from './operations.js';
import { counterText } from './text.js';

const QrCode = lazy(() => import('../../shared/components/qr-code.js'));

export interface WaitingForGuestProps {
  readonly payment: TakenFragment;
  readonly onGiveUp: () => void;
}

export function WaitingForGuest({ payment: { method, amount, action }, onGiveUp }: WaitingForGuestProps) {
  const code = action?.qrCode ?? action?.redirectUrl;
  return (
    <>
      <h3 className={styles.subtitle}>
        {methodName(method)} {rupiah(amount.amount)}
      </h3>
      {code != null && (
        <div className={styles.qr}>
          <Suspense fallback={null}>
            <QrCode content={code} label={counterText.scan} />
          </Suspense>
        </div>
      )}
      {action?.redirectUrl != null && (
        <a className={styles.link} href={action.redirectUrl} target="_blank" rel="noreferrer">
          {counterText.openPage}
        </a>
      )}
      <p role="status">{counterText.waiting}</p>
      <button type="button" className={controls.choice} onClick={onGiveUp}>
        {counterText.giveUp}
      </button>
    </>
  );
}
