/** The receipt of an order, as it was issued, on the screen and on paper. */
import { useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Button } from '../../shared/components/button.js';
import { Sheet } from '../../shared/components/sheet.js';
import { timeOfDay } from '../../shared/text/format.js';
import { common } from '../../shared/text/texts.js';
import { OrderReceipt, type ShopReceiptFragment } from '../operations.js';
import { dateOf } from '../outlet/opening-text.js';
import { text } from '../text.js';
import { OrderLines } from './order-lines.js';
import styles from './receipt.module.css';

export interface ReceiptButtonProps {
  readonly orderId: string;
  readonly timeZone: string | undefined;
}

export function ReceiptButton({ orderId, timeZone }: ReceiptButtonProps) {
  const [receipt, setReceipt] = useState<ShopReceiptFragment>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    setFailure(undefined);
    const { data, error } = await client.query(OrderReceipt, { orderId }).toPromise();
    setBusy(false);
    if (data?.receipt != null) setReceipt(data.receipt);
    else setFailure(error?.networkError === undefined ? text.receiptMissing : common.noNetwork);
  };
  return (
    <>
      <Button isBusy={isBusy} onClick={() => void open()}>
        {text.receipt}
      </Button>
      {failure !== undefined && <p role="alert">{failure}</p>}
      {receipt !== undefined && (
        <Sheet
          title={text.receiptNumber(receipt.number)}
          onClose={() => setReceipt(undefined)}
          foot={<Button onClick={() => print()}>{text.print}</Button>}
        >
          <div className={styles.receipt}>
            <p>
              <b>{receipt.outletName}</b>
              <br />
              {receipt.outletAddress}
            </p>
            <p>
              {text.orderNumber(receipt.orderNumber)}
              <br />
              <time dateTime={receipt.issuedAt}>
                {dateOf(receipt.issuedAt, timeZone)}, {timeOfDay(receipt.issuedAt, timeZone)}
              </time>
            </p>
            <OrderLines
              sums={receipt}
              lines={receipt.lines.map(({ options, ...line }) => ({ ...line, details: options }))}
            />
            {receipt.pdfUrl !== null && (
              <a className={styles.pdf} href={receipt.pdfUrl} target="_blank" rel="noreferrer">
                {text.receiptPdf}
              </a>
            )}
          </div>
        </Sheet>
      )}
    </>
  );
}
