/** The shift's till: opened with the cash in its drawer, closed by what was counted, with the difference that is found. */
import { type FormEvent, useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Sheet } from '../../shared/components/sheet.js';
import { rupiah } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import { AmountField } from './amount-field.js';
import styles from './counter.module.css';
import { methodName } from './methods.js';
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
  const [amount, setAmount] = useState<number>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [closed, setClosed] = useState<ClosedTill>();

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (amount === undefined || isBusy) return;
    setBusy(true);
    const failed = await send(amount);
    setBusy(false);
    setFailure(failed);
  }

  /** Resolves to why not. */
  async function send(amount: number): Promise<string | undefined> {
    if (till === null) {
      const { data, error } = await client
        .mutation(OpenCounterTill, { input: { outletId, float: amount } })
        .toPromise();
      const outcome = outcomeOf(data?.openTill?.till, data?.openTill?.userErrors, error);
      if ('failure' in outcome) return outcome.failure;
      onTill(outcome.done);
      onClose();
      return undefined;
    }
    const input = { tillId: till.id, counted: [{ method: 'CASH' as const, amount }] };
    const { data, error } = await client.mutation(CloseCounterTill, { input }).toPromise();
    const outcome = outcomeOf(data?.closeTill?.till, data?.closeTill?.userErrors, error);
    if ('failure' in outcome) return outcome.failure;
    setClosed(outcome.done);
    return undefined;
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
        <ul>
          {closed.counts.map(({ method, expected, difference }) => (
            <li key={method} className={styles.count}>
              <b>{methodName(method)}</b>
              <span>
                {counterText.expected} {rupiah(expected.amount)}
              </span>
              {difference !== null && (
                <b data-off={difference.amount !== 0 || undefined}>
                  {counterText.difference} {rupiah(difference.amount)}
                </b>
              )}
            </li>
          ))}
        </ul>
      </Sheet>
    );
  return (
    <Sheet title={till === null ? counterText.openShift : counterText.closeShift} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className={styles.form}>
        <AmountField
          label={till === null ? counterText.float : counterText.counted(counterText.cash)}
          value={amount}
          onChange={setAmount}
        />
        {failure !== undefined && (
          <p role="alert" className={controls.failure}>
            {failure}
          </p>
        )}
        <button
          type="submit"
          className={controls.choice}
          data-look="primary"
          disabled={amount === undefined}
          aria-busy={isBusy || undefined}
        >
          {till === null ? counterText.openShift : counterText.closeShift}
        </button>
      </form>
    </Sheet>
  );
}
