/** Which part of the kitchen the device stands at; shown where the outlet has such parts. Stored on the device. */
import { useMemo, useState } from 'react';
import type { KitchenState } from './queue/kitchen-state.js';
import styles from './stations.module.css';
import { kitchenText } from './text.js';

const STORED = 'kedai-kitchen-station';

export function useStation(state: KitchenState) {
  const [chosen, setChosen] = useState(() => localStorage.getItem(STORED) ?? undefined);
  const stations = useMemo(() => {
    const all = new Set<string>(chosen === undefined ? [] : [chosen]);
    for (const { lines } of state.tickets.values())
      for (const { station } of lines) if (station !== null) all.add(station);
    return [...all].sort();
  }, [state.tickets, chosen]);
  const choose = (station: string | undefined) => {
    if (station === undefined) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, station);
    setChosen(station);
  };
  return { stations, station: chosen, choose };
}

export interface StationsProps {
  readonly stations: readonly string[];
  readonly station: string | undefined;
  readonly onChoose: (station: string | undefined) => void;
}

export function Stations({ stations, station, onChoose }: StationsProps) {
  if (stations.length === 0) return null;
  return (
    <fieldset className={styles.stations}>
      <legend className={styles.legend}>{kitchenText.stations}</legend>
      {[undefined, ...stations].map((one) => (
        <button
          key={one ?? ''}
          type="button"
          aria-pressed={one === station}
          className={styles.station}
          onClick={() => onChoose(one)}
        >
          {one ?? kitchenText.allStations}
        </button>
      ))}
    </fieldset>
  );
}
