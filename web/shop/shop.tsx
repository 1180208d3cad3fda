/** The guests' screen: the menu of an outlet. */
import { useQuery } from 'urql';
import { useOutletId } from '../shared/client/outlet.js';
import { readSession, useSession } from '../shared/client/session.js';
import { Button } from '../shared/components/button.js';
import { ScreenHeader } from '../shared/components/screen-header.js';
import { rupiah } from '../shared/text/format.js';
import { Menu } from './operations.js';

export function Shop() {
  const outletId = useOutletId(useSession()?.person);
  const [{ data }] = useQuery({
    query: Menu,
    variables: { outletId: outletId ?? '' },
    pause: outletId === undefined,
  });
  return (
    <>
      <ScreenHeader title="Kedai" />
      <main>
        <Button onClick={() => void readSession()}>↻</Button>
        <ul aria-label="Menu">
          {data?.menu?.nodes.map(({ id, name, price }) => (
            <li key={id}>
              {name} {price !== null && rupiah(price.amount)}
            </li>
          ))}
        </ul>
      </main>
    </>
  );
}
