/** What is done seldom with one order: to put it first, or back in its turn. */
import { Sheet } from '../../shared/components/sheet.js';
import controls from '../controls.module.css';
import { kitchenText } from '../text.js';
import type { Kitchen } from './kitchen.js';
import type { Ticket } from './kitchen-state.js';
import { TicketLines, type TicketLinesProps } from './ticket-lines.js';

export interface OrderSheetProps {
  readonly ticket: Ticket;
  readonly kitchen: Kitchen;
  readonly isUsual: TicketLinesProps['isUsual'];
  readonly onClose: () => void;
}

export function OrderSheet({ ticket, kitchen, isUsual, onClose }: OrderSheetProps) {
  return (
    <Sheet title={ticket.number} onClose={onClose}>
      <div className={controls.stack}>
        <TicketLines lines={ticket.lines} station={undefined} isUsual={isUsual} />
        <div className={controls.choices}>
          <button
            type="button"
            className={controls.choice}
            data-look="primary"
            onClick={() => {
              kitchen.toggleRush(ticket.id);
              onClose();
            }}
          >
            {ticket.priority === 'RUSH' ? kitchenText.rushOff : kitchenText.rushOn}
          </button>
        </div>
      </div>
    </Sheet>
  );
}
