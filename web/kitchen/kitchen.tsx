/** The kitchen's screen: the queue of one outlet, live. */
import { useLive } from '../shared/client/live.js';
import { useOutletId } from '../shared/client/outlet.js';
import type { Person } from '../shared/client/session.js';
import { Panel } from '../shared/components/panel.js';
import { ScreenHeader } from '../shared/components/screen-header.js';
import { SignedIn } from '../shared/components/signed-in.js';
import { timeOfDay } from '../shared/text/format.js';
import { KitchenQueue, type KitchenQueueSubscription, type TicketFragment } from './operations.js';

export function Kitchen() {
  return (
    <>
      <ScreenHeader title="Kedai" />
      <main>
        <SignedIn>{(person) => <Queue person={person} />}</SignedIn>
      </main>
    </>
  );
}

type Tickets = readonly TicketFragment[];

function Queue({ person }: { readonly person: Person }) {
  const outletId = useOutletId(person);
  const queue = useLive(outletId, {
    stream: {
      document: KitchenQueue,
      variables: { outletId: outletId ?? '' },
      apply: (_: Tickets | undefined, { kitchenQueueChanged }: KitchenQueueSubscription): Tickets =>
        kitchenQueueChanged.queue,
    },
  });
  return (
    <Panel title="Queue" live={queue} isEmpty={queue.value?.length === 0} empty="—">
      <ul aria-label="Queue">
        {queue.value?.map(({ id, number, placedAt }) => (
          <li key={id}>
            <article aria-label={String(number)}>
              {number} {timeOfDay(placedAt)}
            </article>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
