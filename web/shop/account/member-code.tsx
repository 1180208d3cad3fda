/** The code by which the counter finds the person, as a QR code and as digits. It is renewed before it expires, as long as it is shown. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { OwnMemberCode } from '../operations.js';
import { text } from '../text.js';
import { followMemberCode } from './follow-member-code.js';
import styles from './member-code.module.css';

const QrCode = lazy(() => import('../../shared/components/qr-code.js'));

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
  useEffect(() => followMemberCode(readMemberCode, setCode), []);
  return code;
}

async function readMemberCode(): Promise<string | undefined> {
  const { data } = await client.query(OwnMemberCode, {}).toPromise();
  return data?.me?.memberCode?.code;
}
