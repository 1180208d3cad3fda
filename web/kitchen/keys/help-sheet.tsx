/** The keys of the kitchen; each can be mapped otherwise. */
import { useEffect, useState } from 'react';
import { Sheet } from '../../shared/components/sheet.js';
import controls from '../controls.module.css';
import { kitchenText } from '../text.js';
import styles from './help-sheet.module.css';
import { COMMANDS, type Command, DEFAULT_KEYS, remapped, setKeys, useKeys } from './keys.js';

const MEANINGS: Readonly<Record<Command, string>> = {
  advance: kitchenText.keyAdvance,
  undo: kitchenText.keyUndo,
  recall: kitchenText.keyRecall,
  totals: kitchenText.keyTotals,
  next: kitchenText.keyNext,
  previous: kitchenText.keyPrevious,
  help: kitchenText.keyHelp,
};

export function HelpSheet({ onClose }: { readonly onClose: () => void }) {
  const keys = useKeys();
  const [changing, setChanging] = useState<Command>();
  useEffect(() => {
    if (changing === undefined) return;
    const press = (event: KeyboardEvent) => {
      if (['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key) || /^[1-9]$/.test(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key !== 'Escape') setKeys(remapped(keys, changing, event.key));
      setChanging(undefined);
    };
    addEventListener('keydown', press, true);
    return () => removeEventListener('keydown', press, true);
  }, [changing, keys]);
  return (
    <Sheet title={kitchenText.keysTitle} onClose={onClose}>
      <div className={controls.stack}>
        <dl className={styles.keys}>
          <div>
            <dt>
              <kbd>1</kbd>–<kbd>9</kbd>
            </dt>
            <dd>{kitchenText.keyTicket}</dd>
          </div>
          {COMMANDS.map((command) => (
            <div key={command}>
              <dt>
                <kbd>{keys[command].length === 1 ? keys[command].toUpperCase() : keys[command]}</kbd>
              </dt>
              <dd>{MEANINGS[command]}</dd>
              <dd className={styles.change}>
                <button
                  type="button"
                  className={controls.choice}
                  aria-label={`${kitchenText.keyChange}: ${MEANINGS[command]}`}
                  onClick={() => setChanging(command)}
                >
                  {changing === command ? kitchenText.keyPress : kitchenText.keyChange}
                </button>
              </dd>
            </div>
          ))}
        </dl>
        <button type="button" className={controls.choice} onClick={() => setKeys(DEFAULT_KEYS)}>
          {kitchenText.keyReset}
        </button>
      </div>
    </Sheet>
  );
}
