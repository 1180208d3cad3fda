/** A view for staff: signed out, its head and the sign-in form; without an outlet, why there is nothing. */
import type { ReactNode } from 'react';
import { useOutletId } from '../shared/client/outlet.js';
import { useSession } from '../shared/client/session.js';
import { ScreenHeader } from '../shared/components/screen-header.js';
import { SignIn } from '../shared/components/sign-in.js';
import styles from './staff-only.module.css';
import { kitchenText } from './text.js';

export interface StaffOnlyProps {
  readonly title: string;
  readonly children: (outletId: string) => ReactNode;
}

export function StaffOnly({ title, children }: StaffOnlyProps) {
  const session = useSession();
  const outletId = useOutletId(session?.person);
  if (session === undefined) return null;
  if (session.person !== undefined && outletId !== undefined) return children(outletId);
  return (
    <>
      <ScreenHeader title={title} />
      <main>
        {session.person === undefined ? <SignIn /> : <p className={styles.notice}>{kitchenText.noOutlet}</p>}
      </main>
    </>
  );
}
