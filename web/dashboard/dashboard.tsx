/** The dashboard of an outlet: what is in stock, live. */
import { useLive } from '../shared/client/live.js';
import { useOperationRecord } from '../shared/client/operation-log.js';
import { useOutletId } from '../shared/client/outlet.js';
import type { Person } from '../shared/client/session.js';
import { Panel, Skeleton } from '../shared/components/panel.js';
import { ScreenHeader } from '../shared/components/screen-header.js';
import { SignedIn } from '../shared/components/signed-in.js';
import { quantity, timeOfDay } from '../shared/text/format.js';
import {
  StockLevels,
  type StockLevelsSubscription,
  StockOfOutlet,
  type StockOfOutletQuery,
  type StockRowFragment,
} from './operations.js';

export function Dashboard() {
  return (
    <>
      <ScreenHeader title="Kedai" />
      <main>
        <SignedIn>{(person) => <Stock person={person} />}</SignedIn>
      </main>
    </>
  );
}

type Rows = ReadonlyMap<string, StockRowFragment>;

function newest(rows: Rows | undefined, row: StockRowFragment): Rows {
  const known = rows?.get(row.id);
  return known !== undefined && known.version > row.version
    ? (rows ?? new Map())
    : new Map(rows).set(row.id, row);
}

function Stock({ person }: { readonly person: Person }) {
  const outletId = useOutletId(person);
  const variables = { outletId: outletId ?? '' };
  const record = useOperationRecord('StockOfOutlet');
  const stock = useLive(outletId, {
    snapshot: {
      document: StockOfOutlet,
      variables,
      read: ({ stockItems }: StockOfOutletQuery, before: Rows | undefined) =>
        (stockItems?.nodes ?? []).reduce<Rows>(
          (rows, row) => newest(rows, before?.get(row.id) ?? row),
          new Map(),
        ),
    },
    stream: {
      document: StockLevels,
      variables,
      apply: (rows: Rows | undefined, { stockLevelChanged }: StockLevelsSubscription) =>
        newest(rows, stockLevelChanged.stockItem),
    },
  });
  return (
    <Panel
      title="Stock"
      live={stock}
      isEmpty={stock.value?.size === 0}
      empty="—"
      skeleton={<Skeleton rows={8} />}
    >
      <table>
        <tbody>
          {[...(stock.value?.values() ?? [])].map((row) => (
            <tr key={row.id}>
              <td>{row.ingredient?.name}</td>
              <td>{quantity(row.onHand, row.unit)}</td>
              <td>{quantity(row.available, row.unit)}</td>
              <td>{row.runsOutAt !== null && timeOfDay(row.runsOutAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {record?.latency}
    </Panel>
  );
}
