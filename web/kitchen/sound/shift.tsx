/** While no tone can be heard, a banner says so; it is itself the tap that browsers ask for. */
import { useEffect } from 'react';
import { kitchenText } from '../text.js';
import styles from './shift.module.css';
import { isShiftRunning, startSound, startSoundByAnyTap, useSoundIsOn } from './sound.js';

export function ShiftBanner() {
  const isOn = useSoundIsOn();
  useEffect(() => (isOn || !isShiftRunning() ? undefined : startSoundByAnyTap()), [isOn]);
  if (isOn) return null;
  return (
    <button type="button" className={styles.banner} onClick={() => void startSound()}>
      <span>{isShiftRunning() ? kitchenText.soundWaits : kitchenText.soundOff}</span>
      <span className={styles.start}>{kitchenText.startShift}</span>
    </button>
  );
}
