/** What a guest does to pay without cash: a code to scan, or a page of the provider. */
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import styles from './counter.module.css';
import { methodName } from './methods.js';
import type { TakenFragment } from './operations.js';
import { QrPicture } from './qr-picture.js';
import { counterText } from './text.js';

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
      {code != null && <QrPicture text={code} name={counterText.scan} />}
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
