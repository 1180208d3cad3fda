/** What the outlet offers in place of what ran out of the order, for its guest to take. Who does not want it cancels the order. */
import { useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Button } from '../../shared/components/button.js';
import { common } from '../../shared/text/texts.js';
import { AcceptSubstitution, type GuestOrderFragment } from '../operations.js';
import { text } from '../text.js';
import styles from './substitution-panel.module.css';

export interface SubstitutionPanelProps {
  readonly order: Pick<GuestOrderFragment, 'id'>;
  readonly substitution: NonNullable<GuestOrderFragment['substitution']>;
}

export function SubstitutionPanel({ order: { id: orderId }, substitution }: SubstitutionPanelProps) {
  const { name, status, lines, menuItem } = substitution;
  if (status === 'TAKEN') return null;
  return (
    <section className={styles.panel} aria-label={text.substitution}>
      <p aria-live="polite">
        {status === 'OFFERED' && text.substituteOffered(lines.map((line) => line.name).join(', '), name)}
        {status === 'ACCEPTED' && text.substituteAccepted(name)}
        {status === 'FAILED' && text.substituteFailed(name)}
      </p>
      {status === 'OFFERED' && menuItem !== null && (
        <TakeButton orderId={orderId} menuItemId={menuItem.id} name={name} />
      )}
    </section>
  );
}

interface TakeButtonProps {
  readonly orderId: string;
  readonly menuItemId: string;
  readonly name: string;
}

/** What comes of it shows when the order has changed. */
function TakeButton({ orderId, menuItemId, name }: TakeButtonProps) {
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    setFailure(undefined);
    const { data, error } = await client.mutation(AcceptSubstitution, { orderId, menuItemId }).toPromise();
    setBusy(false);
    if (error?.networkError !== undefined) setFailure(common.noNetwork);
    else setFailure(data?.acceptSubstitution?.userErrors[0]?.message ?? error?.message);
  };
  return (
    <>
      <Button look="primary" isBusy={isBusy} onClick={() => void take()}>
        {text.takeSubstitute(name)}
      </Button>
      <p className={styles.quiet}>{text.substituteOrCancel}</p>
      {failure !== undefined && <p role="alert">{failure}</p>}
    </>
  );
}
