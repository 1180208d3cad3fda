/** One order in the kitchen: number and wait, what to make, and the one next step over the foot. A tap acts at once and can be undone. */
import { memo } from 'react';
import { timeOfDay } from '../../shared/text/format.js';
import { kitchenText } from '../text.js';
import type { Age } from './age.js';
import { AgeRing } from './age-ring.js';
import { isVoided, type LastStep, type Ticket as TicketData } from './kitchen-state.js';
import styles from './ticket.module.css';
import { TicketLines, type TicketLinesProps } from './ticket-lines.js';

export interface TicketProps {
  readonly ticket: TicketData;
  readonly age: Age;
  /** From 1 to 9: the key that chooses it. */
  readonly place: number | undefined;
  readonly isChosen: boolean;
  readonly isChanged: boolean;
  readonly undoable: LastStep | undefined;
  readonly failure: string | undefined;
  readonly station: string | undefined;
  readonly timeZone: string | undefined;
  readonly isUsual: TicketLinesProps['isUsual'];
  readonly actions: TicketActions;
}

export interface TicketActions {
  readonly advance: (orderId: string) => void;
  readonly undo: (orderId: string) => void;
  readonly see: (orderId: string) => void;
  readonly toggleLine: (orderId: string, lineId: string) => void;
  readonly open: (orderId: string) => void;
}

export const Ticket = memo(function Ticket(props: TicketProps) {
  const { ticket, isChosen, isChanged, failure, station, isUsual, actions } = props;
  const { id, number, status, lines } = ticket;
  const canCross = status === 'PAID' || status === 'PREPARING';
  return (
    <article
      aria-label={number}
      className={styles.ticket}
      data-order={id}
      data-status={isVoided(ticket) ? 'VOIDED' : status}
      data-chosen={isChosen || undefined}
      data-changed={isChanged || undefined}
      data-ready-to-go={(status === 'PREPARING' && lines.every(({ isReady }) => isReady)) || undefined}
      tabIndex={-1}
      onPointerDown={isChanged ? () => actions.see(id) : undefined}
    >
      <Head {...props} />
      {status !== 'COMPLETED' && (
        <TicketLines
          lines={lines}
          station={station}
          isUsual={isUsual}
          onToggle={canCross ? (lineId) => actions.toggleLine(id, lineId) : undefined}
        />
      )}
      {failure !== undefined && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      <Foot {...props} />
    </article>
  );
});

function Head({ ticket, age, place, isChanged, timeZone, actions }: TicketProps) {
  const { id, number, status, priority, guest, pickupAt } = ticket;
  const about = [
    guest?.name,
    guest?.table == null ? undefined : kitchenText.table(guest.table),
    pickupAt === null ? undefined : kitchenText.pickupAt(timeOfDay(pickupAt, timeZone)),
  ].filter((text) => text != null && text !== '');
  const word = isVoided(ticket)
    ? kitchenText.cancelled
    : isChanged
      ? kitchenText.changed
      : priority === 'RUSH'
        ? kitchenText.rush
        : undefined;
  const ages = status === 'PAID' || status === 'PREPARING';
  return (
    <button
      type="button"
      className={styles.head}
      data-degree={ages ? age.degree : undefined}
      title={kitchenText.detailsOf(number)}
      aria-haspopup="dialog"
      onClick={() => actions.open(id)}
    >
      {place !== undefined && <kbd className={styles.place}>{place}</kbd>}
      <span className={styles.title}>
        <span className={styles.number}>{number}</span>
        {word !== undefined && <span className={styles.word}>{word}</span>}
        {about.length > 0 && <span className={styles.about}>{about.join(' · ')}</span>}
      </span>
      {ages && <AgeRing age={age} />}
    </button>
  );
}

function Foot({ ticket, undoable, actions }: TicketProps) {
  const { id, status } = ticket;
  const step =
    status === 'PAID'
      ? kitchenText.start
      : status === 'PREPARING'
        ? kitchenText.ready
        : status === 'READY'
          ? kitchenText.done
          : undefined;
  if (isVoided(ticket))
    return (
      <div className={styles.foot}>
        <button type="button" className={styles.step} onClick={() => actions.see(id)}>
          {kitchenText.gotIt}
        </button>
      </div>
    );
  return (
    <div className={styles.foot}>
      {undoable !== undefined && (
        <button type="button" className={styles.undo} onClick={() => actions.undo(id)}>
          {kitchenText.undo}
        </button>
      )}
      {step === undefined ? (
        <span className={styles.over}>{kitchenText.handedOver}</span>
      ) : (
        <button
          type="button"
          className={styles.step}
          data-step={status}
          onClick={({ detail }) => {
            // The second tap of a double one is no second step.
            if (detail < 2) actions.advance(id);
          }}
        >
          {step}
        </button>
      )}
    </div>
  );
}
