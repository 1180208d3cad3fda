/** What only somebody signed in may see; the sign-in form for everybody else. */
import type { ReactNode } from 'react';
import { type Person, useSession } from '../client/session.js';
import { SignIn } from './sign-in.js';

export function SignedIn({ children }: { readonly children: (person: Person) => ReactNode }) {
  const session = useSession();
  if (session === undefined) return null;
  return session.person === undefined ? <SignIn /> : children(session.person);
}
