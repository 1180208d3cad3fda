/** The code by which the counter finds the person, as a QR code and as digits. It is renewed before it expires, as long as it is shown. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { OwnMemberCode } from '../operations.js';
import { text } from '../text.js';
import styles from './member-code.module.css';

const QrCode = lazy(() => import('../../shared/components/qr-code.js'));

/** The server gives another code from a minute before one expires. */
const BEFORE_EXPIRY_MILLISECONDS = 55_000;
const SHORTEST_MILLISECONDS = 5_000;
const LONGEST_MILLISECONDS = 240_000;

export function MemberCode() {
  const code = useMemberCode();
  if (code === undefined) return null;
  return (
    <section aria-label={text.memberCode} className={styles.member}>
      <figure className={styles.picture}>
        <Suspense fallback={null}>
          <QrCode content={code} label={text.memberCode} />
        </Suspense>
        <figcaption className={styles.digits}>
          {code.slice(0, 4)} {code.slice(4)}
        </figcaption>
      </figure>
      <p className={styles.hint}>{text.memberCodeHint}</p>
    </section>
  );
}

/** Undefined until it is read, and where it cannot be. */
function useMemberCode(): string | undefined {
  const [code, setCode] = useState<string>();
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const { data } = await client.query(OwnMemberCode, {}).toPromise();
      if (isOver) return;
      const shown = data?.me?.memberCode;
      setCode(shown?.code);
      const left = shown == null ? 0 : Date.parse(shown.expiresAt) - Date.now() - BEFORE_EXPIRY_MILLISECONDS;
      // Within bounds, whatever the device's clock says.
      timer = setTimeout(read, Math.min(Math.max(left, SHORTEST_MILLISECONDS), LONGEST_MILLISECONDS));
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return code;
}
