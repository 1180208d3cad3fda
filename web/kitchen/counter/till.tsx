/** The shift's till: opened with the cash in its drawer, closed by what was counted, with the difference that is found. */
import { type FormEvent, useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Sheet } from '../../shared/components/sheet.js';
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import styles from './counter.module.css';
import {
  CloseCounterTill,
  type CloseCounterTillMutation,
  type CounterTillFragment,
  OpenCounterTill,
  OpenTillOf,
} from './operations.js';
import { outcomeOf } from './sale.js';
import { counterText } from './text.js';

type ClosedTill = NonNullable<NonNullable<CloseCounterTillMutation['closeTill']>['till']>;

export function TillTools({ outletId }: { readonly outletId: string }) {
  // Undefined while it is being read; null where none is open.
  const [till, setTill] = useState<CounterTillFragment | null>();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    let isOver = false;
    void client
      .query(OpenTillOf, { scope: { outletId } })
      .toPromise()
      .then(({ data }) => {
        if (!isOver && data?.tills != null) setTill(data.tills.nodes[0] ?? null);
      });
    return () => {
      isOver = true;
    };
  }, [outletId]);
  if (till === undefined) return null;
  return (
    <>
      {till === null && <span className={styles.noTill}>{counterText.noTill}</span>}
      <button type="button" className={controls.choice} onClick={() => setOpen(true)}>
        {till === null ? counterText.openShift : counterText.closeShift}
      </button>
      {isOpen && (
        <TillSheet outletId={outletId} till={till} onTill={setTill} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

interface TillSheetProps {
  readonly outletId: string;
  readonly till: CounterTillFragment | null;
  readonly onTill: (till: CounterTillFragment | null) => void;
  readonly onClose: () => void;
}

function TillSheet({ outletId, till, onTill, onClose }: TillSheetProps) {
  const [failure, setFailure] = useState<string>();
  const [closed, setClosed] = useState<ClosedTill>();

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const amount = Number(
      String(new FormData(event.currentTarget).get('amount') ?? '').replaceAll(/\D/g, ''),
    );
    setFailure(undefined);
    if (till === null) {
      const { data, error } = await client
        .mutation(OpenCounterTill, { input: { outletId, float: amount } })
        .toPromise();
      const outcome = outcomeOf(data?.openTill?.till, data?.openTill?.userErrors, error);
      if ('failure' in outcome) return setFailure(outcome.failure);
      onTill(outcome.done);
      return onClose();
    }
    const input = { tillId: till.id, counted: [{ method: 'CASH' as const, amount }] };
    const { data, error } = await client.mutation(CloseCounterTill, { input }).toPromise();
    const outcome = outcomeOf(data?.closeTill?.till, data?.closeTill?.userErrors, error);
    if ('failure' in outcome) return setFailure(outcome.failure);
    setClosed(outcome.done);
  }

  if (closed !== undefined)
    return (
      <Sheet
        title={counterText.shiftClosed}
        onClose={() => {
          onTill(null);
          onClose();
        }}
      >
        <ul className={styles.lines}>
          {closed.counts.map(({ method, expected, difference }) => (
            <li key={method} className={styles.line}>
              <b>{method}</b> {rupiah(expected.amount)}
              {difference !== null && ` · ${counterText.difference} ${rupiah(difference.amount)}`}
            </li>
          ))}
        </ul>
      </Sheet>
    );
  return (
    <Sheet title={till === null ? counterText.openShift : counterText.closeShift} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        <label className={styles.labelled}>
          {till === null ? counterText.float : counterText.counted(counterText.cash)}
          <input name="amount" inputMode="numeric" className={styles.field} required />
        </label>
        {failure !== undefined && (
          <p role="alert" className={controls.failure}>
            {failure}
          </p>
        )}
        <button type="submit" className={controls.choice} data-look="primary">
          {till === null ? counterText.openShift : counterText.closeShift}
        </button>
      </form>
    </Sheet>
  );
}
