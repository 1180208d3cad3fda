/** What an outlet should order, by supplier and with the reason; a draft is made here, and approved here. */
import { useState } from 'react';
import { client } from '../../shared/client/client.js';
import { Button } from '../../shared/components/button.js';
import { Panel } from '../../shared/components/panel.js';
import { rupiah } from '../../shared/text/format.js';
import { decimal, level } from '../format.js';
import { ShowOperation } from '../operation/show-operation.js';
import {
  ApproveOrder,
  DraftSuggestedOrder,
  SuggestionsOfOutlet,
  type SuggestionsOfOutletQuery,
} from '../operations.js';
import type { Place } from '../places/places.js';
import table from '../table.module.css';
import { text as common } from '../text.js';
import styles from './more.module.css';
import { text } from './text.js';
import { useAnswer } from './use-answer.js';

interface PartProps {
  readonly place: Place;
  readonly className: string | undefined;
}

type Suggestion = NonNullable<SuggestionsOfOutletQuery['purchaseSuggestions']>[number];

export function ToOrder({ place, className }: PartProps) {
  if (place.outlet !== undefined) return <OfOutlet outletId={place.outlet.id} className={className} />;
  return (
    <Panel title={text.order} className={className}>
      {text.chooseOutlet}
    </Panel>
  );
}

function OfOutlet({
  outletId,
  className,
}: {
  readonly outletId: string;
  readonly className: string | undefined;
}) {
  const answer = useAnswer(SuggestionsOfOutlet, { outletId });
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState<string>();
  const suggestions = answer.value?.purchaseSuggestions ?? [];
  const drafts = answer.value?.purchaseOrders?.nodes ?? [];

  const act = async (id: string, run: () => Promise<readonly { readonly message: string }[] | undefined>) => {
    setBusy(id);
    setFailure(undefined);
    const errors = await run();
    setBusy(undefined);
    if (errors === undefined) setFailure(common.actionFailed);
    else if (errors[0] !== undefined) setFailure(errors[0].message);
    else answer.again();
  };
  const draft = (supplierId: string) =>
    act(supplierId, async () => {
      const input = { outletId, supplierIds: [supplierId], idempotencyKey: newKey() };
      const { data } = await client.mutation(DraftSuggestedOrder, { input }).toPromise();
      return data?.draftSuggestedOrders?.userErrors;
    });
  const approve = (id: string) =>
    act(id, async () => {
      const { data } = await client.mutation(ApproveOrder, { id }).toPromise();
      return data?.approvePurchaseOrder?.userErrors;
    });

  return (
    <Panel
      title={text.order}
      className={className}
      live={answer}
      isEmpty={suggestions.length === 0 && drafts.length === 0}
      empty={text.nothingToOrder}
      tools={
        <ShowOperation
          panel={text.order}
          names={['SuggestionsOfOutlet', 'DraftSuggestedOrder', 'ApproveOrder']}
        />
      }
    >
      {failure !== undefined && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      {drafts.length > 0 && (
        <section aria-label={text.drafts} className={styles.group}>
          <h3>{text.drafts}</h3>
          {drafts.map(({ id, number, supplier, total }) => (
            <div key={id} className={styles.groupHead}>
              <span>{text.drafted(String(number), supplier.name)}</span>
              <span>{rupiah(total.amount)}</span>
              <Button look="primary" isBusy={busy === id} onClick={() => void approve(id)}>
                {text.approve}
              </Button>
            </div>
          ))}
        </section>
      )}
      {bySupplier(suggestions).map(([supplier, rows]) => (
        <section key={supplier.id} aria-label={supplier.name} className={styles.group}>
          <div className={styles.groupHead}>
            <b>{supplier.name}</b>
            <span>{rupiah(rows.reduce((sum, { amount }) => sum + amount.amount, 0))}</span>
            <Button isBusy={busy === supplier.id} onClick={() => void draft(supplier.id)}>
              {text.draft}
            </Button>
          </div>
          <div className={styles.scroll}>
            <Suggestions rows={rows} />
          </div>
        </section>
      ))}
    </Panel>
  );
}

function Suggestions({ rows }: { readonly rows: readonly Suggestion[] }) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{text.ingredient}</th>
          <th scope="col" className={table.number}>
            {text.quantity}
          </th>
          <th scope="col">{text.reason}</th>
          <th scope="col" className={table.number}>
            {text.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.stockItem.id}>
            <td>{row.stockItem.ingredient.name}</td>
            <td className={table.number}>{level(row.quantity, row.stockItem.unit)}</td>
            <td className={table.quiet}>{reasonOf(row)}</td>
            <td className={table.number}>{rupiah(row.amount.amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function reasonOf({ because, stockItem: { unit } }: Suggestion): string {
  const available = level(because.available, unit);
  if (because.basis === 'REORDER_POINT') return text.belowReorderPoint(available);
  const use = level(Math.round(because.dailyUse), unit);
  return text.because(use, decimal(Math.round(because.coverDays * 10) / 10), available);
}

function bySupplier(rows: readonly Suggestion[]): [Suggestion['supplier'], Suggestion[]][] {
  const groups = new Map<string, [Suggestion['supplier'], Suggestion[]]>();
  for (const row of rows) {
    const group = groups.get(row.supplier.id);
    if (group === undefined) groups.set(row.supplier.id, [row.supplier, [row]]);
    else group[1].push(row);
  }
  return [...groups.values()];
}

/** A page that came over plain http from another machine has no `crypto.randomUUID`. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
