/** What the kitchen has made last: back to the queue within a minute of the last step, or lines made again at any time. */
import { useEffect, useState } from 'react';
import type { AttemptKeys } from '../../shared/client/attempt-keys.js';
import { client } from '../../shared/client/client.js';
import { failureOf } from '../../shared/client/failure-of.js';
import { Skeleton } from '../../shared/components/panel.js';
import { Sheet } from '../../shared/components/sheet.js';
import { useNow } from '../../shared/components/use-now.js';
import { timeOfDay } from '../../shared/text/format.js';
import controls from '../controls.module.css';
import type { Kitchen } from '../queue/kitchen.js';
import { kitchenText } from '../text.js';
import { KitchenRecall, type KitchenRecallQuery, RemakeLines } from './operations.js';
import styles from './recall-sheet.module.css';

type Orders = NonNullable<KitchenRecallQuery['kitchenRecall']>['nodes'];

const UNDONE_WITHIN_MILLISECONDS = 60_000;

export interface RecallSheetProps {
  readonly outletId: string;
  readonly timeZone: string | undefined;
  readonly kitchen: Kitchen;
  /** Of lines that are made again; they outlive the sheet, which is closed and opened between two attempts at a line. */
  readonly remakes: AttemptKeys;
  readonly onClose: () => void;
}

export function RecallSheet({ outletId, timeZone, kitchen, remakes, onClose }: RecallSheetProps) {
  const now = useNow();
  const [orders, setOrders] = useState<Orders>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let isOver = false;
    const load = async () => {
      const { data } = await client.query(KitchenRecall, { outletId }).toPromise();
      if (isOver) return;
      if (data?.kitchenRecall == null) setFailure(kitchenText.notSent);
      else setOrders(data.kitchenRecall.nodes);
    };
    void load();
    return () => {
      isOver = true;
    };
  }, [outletId]);

  async function bringBack(orderId: string): Promise<void> {
    const failed = await kitchen.recall(orderId);
    if (failed === undefined) onClose();
    else setFailure(failed);
  }
  async function remake(orderId: string, lineId: string): Promise<void> {
    const intent = { orderId, lineIds: [lineId], reason: kitchenText.remakeReason };
    const input = { ...intent, idempotencyKey: remakes.of(intent) };
    const { data, error } = await client.mutation(RemakeLines, { input }).toPromise();
    if (data?.remakeLines?.order != null) {
      remakes.answered(intent);
      return onClose();
    }
    setFailure(failureOf(data?.remakeLines?.userErrors, error, kitchenText.notSent));
  }

  return (
    <Sheet title={kitchenText.recallTitle} onClose={onClose}>
      <div className={controls.stack}>
        {failure !== undefined && (
          <p role="alert" className={controls.failure}>
            {failure}
          </p>
        )}
        {orders === undefined && failure === undefined && <Skeleton rows={4} />}
        {orders?.length === 0 && <p className={controls.quiet}>{kitchenText.recallNothing}</p>}
        <ul className={styles.orders}>
          {orders?.map(({ id, number, status, statusHistory, lines }) => {
            const at = statusHistory.at(-1)?.at;
            return (
              <li key={id} className={styles.order}>
                <div className={styles.head}>
                  <b className={styles.number}>{number}</b>
                  <span className={controls.quiet}>
                    {status === 'READY' ? kitchenText.ready : status === 'COMPLETED' ? kitchenText.done : ''}{' '}
                    {at !== undefined && timeOfDay(at, timeZone)}
                  </span>
                  {at !== undefined && now - Date.parse(at) < UNDONE_WITHIN_MILLISECONDS && (
                    <button
                      type="button"
                      className={controls.choice}
                      data-look="primary"
                      onClick={() => void bringBack(id)}
                    >
                      {kitchenText.bringBack}
                    </button>
                  )}
                </div>
                <ul>
                  {lines.map((line) => (
                    <li key={line.id} className={styles.line}>
                      <span>
                        <b>{line.quantity}</b> {line.name}
                      </span>
                      <button
                        type="button"
                        className={controls.choice}
                        onClick={() => void remake(id, line.id)}
                      >
                        {kitchenText.remake}
                      </button>
                    </li>
                  ))}
                </ul>
              </li>
            );
          })}
        </ul>
      </div>
    </Sheet>
  );
}
