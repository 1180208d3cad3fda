/** Beside the tickets: who waits for pickup, what all tickets come to, and what is done seldom. */
import type { Live } from '../shared/client/live.js';
import type { Menu } from './menu.js';
import { Pickups } from './pickups.js';
import type { Ticket } from './queue/kitchen-state.js';
import styles from './rail.module.css';
import { stopSound, useSoundIsOn } from './sound/sound.js';
import { kitchenText } from './text.js';
import { TotalsPanel } from './totals/totals-panel.js';
import type { Levels } from './totals/use-levels.js';

export type SheetName = 'takeOff' | 'recall' | 'help';

export interface RailProps {
  readonly tickets: readonly Ticket[];
  readonly menu: Menu | undefined;
  readonly levels: Live<Levels>;
  readonly onOpen: (sheet: SheetName) => void;
}

export function Rail({ tickets, menu, levels, onOpen }: RailProps) {
  const isOn = useSoundIsOn();
  return (
    <aside className={styles.rail}>
      <div className={styles.figures}>
        <div id="kitchen-totals" tabIndex={-1}>
          <TotalsPanel tickets={tickets} menu={menu} levels={levels} />
        </div>
        <Pickups tickets={tickets} />
      </div>
      <div className={styles.tools}>
        <button type="button" className={styles.wide} onClick={() => onOpen('takeOff')}>
          {kitchenText.takeOff}
        </button>
        <button type="button" onClick={() => onOpen('recall')}>
          {kitchenText.recall}
        </button>
        <button type="button" onClick={() => onOpen('help')}>
          {kitchenText.keys}
        </button>
        {isOn && (
          <button type="button" className={styles.wide} onClick={() => void stopSound()}>
            {kitchenText.mute}
          </button>
        )}
      </div>
    </aside>
  );
}
