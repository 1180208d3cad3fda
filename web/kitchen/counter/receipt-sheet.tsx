/** An order's receipt, to show and to print. It is issued a moment after the last payment, so it is asked for until it is there. */
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Skeleton } from '../../shared/components/panel.js';
import { Sheet } from '../../shared/components/sheet.js';
import { dateAndTime, rupiah } from '../../shared/text/format.js';
import styles from './counter.module.css';
import { CounterReceipt, type CounterReceiptQuery } from './operations.js';
import { counterText } from './text.js';

const ASK_AGAIN_MILLISECONDS = 700;

export function ReceiptSheet({
  orderId,
  timeZone,
  onClose,
}: {
  readonly orderId: string;
  readonly timeZone: string | undefined;
  readonly onClose: () => void;
}) {
  const [receipt, setReceipt] = useState<CounterReceiptQuery['receipt']>(null);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      const { data } = await client.query(CounterReceipt, { orderId }).toPromise();
      if (isOver) return;
      if (data?.receipt != null) setReceipt(data.receipt);
      else timer = setTimeout(load, ASK_AGAIN_MILLISECONDS);
    };
    void load();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [orderId]);
  return (
    <Sheet
      title={`${counterText.receipt} ${receipt?.number ?? ''}`}
      onClose={onClose}
      foot={
        receipt !== null && (
          <button type="button" className={styles.pay} onClick={() => print()}>
            {counterText.print}
          </button>
        )
      }
    >
      {receipt === null ? (
        <Skeleton rows={4} />
      ) : (
        <div className={styles.receipt}>
          <p>
            <b>{receipt.outletName}</b>
            <br />
            {receipt.outletAddress}
            <br />
            {receipt.orderNumber} · {dateAndTime(receipt.issuedAt, timeZone)}
          </p>
          <table>
            <tbody>
              {receipt.lines.map(({ name, quantity, options, subtotal }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a receipt never changes.
                <tr key={index}>
                  <td>
                    {quantity} {name}
                    {options.length > 0 && <small> {options.join(', ')}</small>}
                  </td>
                  <td>{rupiah(subtotal.amount)}</td>
                </tr>
              ))}
              {receipt.taxes.map(({ name, rate, amount, isIncluded }) => (
                <tr key={name}>
                  <td>
                    {name} {rate} % {isIncluded && `(${counterText.included})`}
                  </td>
                  <td>{rupiah(amount.amount)}</td>
                </tr>
              ))}
              <tr>
                <th scope="row">{counterText.total}</th>
                <td>
                  <b>{rupiah(receipt.total.amount)}</b>
                </td>
              </tr>
            </tbody>
          </table>
          {receipt.pdfUrl !== null && (
            <a className={styles.link} href={receipt.pdfUrl} target="_blank" rel="noreferrer">
              {counterText.receiptPdf}
            </a>
          )}
        </div>
      )}
    </Sheet>
  );
}
