/** While no tone can be heard, a banner says so; its button is the tap that browsers ask for. */
import { kitchenText } from '../text.js';
import styles from './shift.module.css';
import { startSound, useSoundIsOn } from './sound.js';

export function ShiftBanner() {
  const isOn = useSoundIsOn();
  if (isOn) return null;
  return (
    <div className={styles.banner}>
      <p>{kitchenText.soundOff}</p>
      <button type="button" className={styles.start} onClick={() => void startSound()}>
        {kitchenText.startShift}
      </button>
    </div>
  );
}
