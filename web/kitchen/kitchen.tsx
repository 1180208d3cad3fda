/** The kitchen's screen: an outlet's tickets, live, and beside them what they come to. Everything works by touch and by keyboard. */
import { useMemo, useRef, useState } from 'react';
import { AttemptKeys } from '../shared/client/attempt-keys.js';
import { randomId } from '../shared/client/random-id.js';
import { Panel } from '../shared/components/panel.js';
import { ScreenHeader } from '../shared/components/screen-header.js';
import { HelpSheet } from './keys/help-sheet.js';
import { type Command, useKeyboard } from './keys/keys.js';
import styles from './kitchen.module.css';
import { useMenu, useOutlet } from './menu.js';
import { TakeOffSheet } from './menu-sheet/take-off-sheet.js';
import { isVoided, shownTicket } from './queue/kitchen-state.js';
import { OrderSheet } from './queue/order-sheet.js';
import { Queue, ticketsOf } from './queue/queue.js';
import type { TicketActions } from './queue/ticket.js';
import { Rail, type SheetName } from './rail.js';
import { RecallSheet } from './recall/recall-sheet.js';
import { ShiftBanner } from './sound/shift.js';
import { useAlerts } from './sound/use-alerts.js';
import { StaffOnly } from './staff-only.js';
import { Stations, useStation } from './stations.js';
import { kitchenText } from './text.js';
import { useLevels } from './totals/use-levels.js';
import { useKitchen } from './use-kitchen.js';

export function KitchenScreen() {
  return <StaffOnly title={kitchenText.kitchen}>{(outletId) => <KitchenOf outletId={outletId} />}</StaffOnly>;
}

function KitchenOf({ outletId }: { readonly outletId: string }) {
  const { kitchen, state, live } = useKitchen(outletId);
  const outlet = useOutlet(outletId);
  const menu = useMenu(outletId);
  const levels = useLevels(outletId);
  const { stations, station, choose } = useStation(state);
  const [chosen, setChosen] = useState<string>();
  const [opened, setOpened] = useState<string>();
  const [sheet, setSheet] = useState<SheetName>();
  const [remakes] = useState(() => new AttemptKeys(randomId));
  const list = useRef<HTMLUListElement>(null);
  const tickets = useMemo(() => ticketsOf(state, station), [state, station]);
  useAlerts(kitchen);

  const actions = useMemo<TicketActions>(
    () => ({
      advance: (orderId) => kitchen.advance(orderId),
      undo: (orderId) => kitchen.undo(orderId),
      see: (orderId) => kitchen.see(orderId),
      toggleLine: (orderId, lineId) => kitchen.toggleLine(orderId, lineId),
      open: (orderId) => {
        const ticket = shownTicket(kitchen.present(), orderId);
        if (ticket !== undefined && isVoided(ticket)) kitchen.see(orderId);
        else setOpened(orderId);
      },
    }),
    [kitchen],
  );

  /** What cannot be brought back by itself is chosen of the list. */
  const recallLast = async () => {
    if ((await kitchen.recallLast()) !== 'back') setSheet('recall');
  };
  const run = (command: Command) => {
    switch (command) {
      case 'advance':
        return chosen === undefined ? undefined : kitchen.advance(chosen);
      case 'undo':
        return chosen === undefined ? undefined : kitchen.undo(chosen);
      case 'recall':
        return void recallLast();
      case 'totals':
        return document.getElementById('kitchen-totals')?.focus();
      case 'help':
        return setSheet('help');
      default:
        return turn(list.current, command === 'next' ? 1 : -1);
    }
  };
  useKeyboard(run, (place) => {
    const ticket = tickets[place - 1];
    if (ticket === undefined) return;
    setChosen(ticket.id);
    const article = list.current?.querySelector<HTMLElement>(`[data-order="${ticket.id}"]`);
    article?.focus();
    article?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  });

  const close = () => {
    setSheet(undefined);
    setOpened(undefined);
  };
  const openedTicket = opened === undefined ? undefined : shownTicket(state, opened);
  return (
    <div className={styles.screen}>
      <ScreenHeader title={outlet?.name ?? kitchenText.kitchen}>
        <Stations stations={stations} station={station} onChoose={choose} />
      </ScreenHeader>
      <ShiftBanner />
      <main className={styles.main}>
        <h1 className={styles.hidden}>{kitchenText.kitchen}</h1>
        <Panel title={kitchenText.queue} live={live} className={styles.queue} skeleton={<QueueSkeleton />}>
          <Queue
            tickets={tickets}
            state={state}
            menu={menu}
            outlet={outlet}
            station={station}
            chosen={chosen}
            actions={actions}
            list={list}
          />
          {tickets.length === 0 && <p className={styles.empty}>{kitchenText.nothing}</p>}
        </Panel>
        <Rail tickets={tickets} menu={menu} levels={levels} onOpen={setSheet} />
      </main>
      {sheet === 'takeOff' && (
        <TakeOffSheet outletId={outletId} timeZone={outlet?.timeZone} onClose={close} />
      )}
      {sheet === 'recall' && (
        <RecallSheet
          outletId={outletId}
          timeZone={outlet?.timeZone}
          kitchen={kitchen}
          remakes={remakes}
          onClose={close}
        />
      )}
      {sheet === 'help' && <HelpSheet onClose={close} />}
      {openedTicket !== undefined && (
        <OrderSheet
          ticket={openedTicket}
          kitchen={kitchen}
          isUsual={({ id }) => menu?.defaults.has(id) ?? false}
          onClose={close}
        />
      )}
    </div>
  );
}

/** A page of tickets further, or back. */
function turn(list: HTMLElement | null, pages: 1 | -1): void {
  list?.scrollBy({ left: pages * list.clientWidth, top: pages * list.clientHeight, behavior: 'smooth' });
}

function QueueSkeleton() {
  return (
    <div className={styles.skeleton} aria-hidden="true">
      <span className={styles.card} />
      <span className={styles.card} />
      <span className={styles.card} />
      <span className={styles.card} />
    </div>
  );
}
