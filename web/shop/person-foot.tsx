/** The foot of the page: who is signed in, with the way out, or the sign-in form. */
import { type Session, signOut } from '../shared/client/session.js';
import { Button } from '../shared/components/button.js';
import { SignIn } from '../shared/components/sign-in.js';
import { common } from '../shared/text/texts.js';
import { endPushes } from './order/pushes.js';
import styles from './shop.module.css';
import { text } from './text.js';

export function PersonFoot({ session }: { readonly session: Session }) {
  if (session === undefined) return null;
  const { person } = session;
  return (
    <footer className={styles.foot}>
      {person === undefined ? (
        <>
          <p>{text.signInForMore}</p>
          <SignIn />
        </>
      ) : (
        <p className={styles.signedIn}>
          {person.name}
          <Button look="quiet" onClick={() => void leave()}>
            {common.signOut}
          </Button>
        </p>
      )}
    </footer>
  );
}

/** A network that hangs does not hold anybody here. */
const PATIENCE_MILLISECONDS = 3_000;

async function leave(): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS));
  await Promise.race([endPushes().catch(() => undefined), patience]);
  await signOut();
}
