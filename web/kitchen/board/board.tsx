/** The board for guests: what is being made and what can be picked up, by number, readable from across the room. */
import { Panel } from '../../shared/components/panel.js';
import { ScreenHeader } from '../../shared/components/screen-header.js';
import { useOutlet } from '../menu.js';
import { shownTickets, type Ticket } from '../queue/kitchen-state.js';
import { StaffOnly } from '../staff-only.js';
import { kitchenText } from '../text.js';
import { useKitchen } from '../use-kitchen.js';
import styles from './board.module.css';

export function BoardScreen() {
  return <StaffOnly title={kitchenText.board}>{(outletId) => <BoardOf outletId={outletId} />}</StaffOnly>;
}

function BoardOf({ outletId }: { readonly outletId: string }) {
  const { state, live } = useKitchen(outletId);
  const outlet = useOutlet(outletId);
  const tickets = shownTickets(state);
  const preparing = tickets.filter(({ status }) => status === 'PAID' || status === 'PREPARING');
  const ready = tickets.filter(({ status }) => status === 'READY');
  return (
    <div className={styles.screen}>
      <ScreenHeader title={outlet?.name ?? kitchenText.board} />
      <main className={styles.columns}>
        <h1 className={styles.hidden}>{kitchenText.board}</h1>
        <Panel
          title={kitchenText.preparing}
          live={live}
          className={styles.column}
          isEmpty={preparing.length === 0}
          empty={<p className={styles.none}>{kitchenText.boardPreparingNone}</p>}
        >
          <Numbers name={kitchenText.preparing} tickets={preparing} />
        </Panel>
        <Panel
          title={kitchenText.readyToPickUp}
          live={live}
          className={`${styles.column} ${styles.ready}`}
          isEmpty={ready.length === 0}
          empty={<p className={styles.none}>{kitchenText.boardReadyNone}</p>}
        >
          <div aria-live="polite">
            <Numbers name={kitchenText.readyToPickUp} tickets={ready} />
          </div>
        </Panel>
      </main>
    </div>
  );
}

function Numbers({ name, tickets }: { readonly name: string; readonly tickets: readonly Ticket[] }) {
  return (
    <ul aria-label={name} className={styles.numbers}>
      {tickets.map(({ id, number, guest }) => (
        <li key={id} className={styles.number}>
          {number}
          {guest?.name != null && <span className={styles.name}>{guest.name}</span>}
        </li>
      ))}
    </ul>
  );
}
