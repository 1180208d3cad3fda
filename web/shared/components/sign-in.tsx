/** The one sign-in form of every screen. */
import { type FormEvent, useId, useState } from 'react';
import { signIn } from '../client/session.js';
import { common } from '../text/texts.js';
import { Button } from './button.js';
import styles from './sign-in.module.css';

export function SignIn() {
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [needsCode, setNeedsCode] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    setBusy(true);
    setFailure(undefined);
    const code = text('code');
    const failed = await signIn(text('email'), String(fields.get('password') ?? ''), code || undefined);
    setBusy(false);
    if (failed === undefined) return;
    if (failed.code === 'SECOND_FACTOR_REQUIRED') setNeedsCode(true);
    setFailure(messageOf(failed.code) ?? failed.message);
  }

  return (
    <form className={styles.form} onSubmit={submit} aria-labelledby={`${id}-title`} noValidate>
      <h1 id={`${id}-title`} className={styles.title}>
        {common.signInTitle}
      </h1>
      <label className={styles.field}>
        <span>{common.email}</span>
        <input name="email" type="email" autoComplete="username" autoCapitalize="none" required />
      </label>
      <label className={styles.field}>
        <span>{common.password}</span>
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {needsCode && (
        <label className={styles.field}>
          <span>{common.code}</span>
          <input name="code" inputMode="numeric" autoComplete="one-time-code" required />
        </label>
      )}
      <p role="alert" className={styles.failure}>
        {failure}
      </p>
      <Button type="submit" look="primary" isBusy={isBusy}>
        {common.signIn}
      </Button>
    </form>
  );
}

function messageOf(code: string): string | undefined {
  if (code === 'NETWORK') return common.noNetwork;
  if (code === 'RATE_LIMITED') return common.tooManyAttempts;
  if (code === 'INVALID_CREDENTIALS') return common.wrongCredentials;
  return undefined;
}
