/** Whether this browser shows that orders are ready, also while the shop is closed. Where it cannot, there is nothing to switch. */
import { useEffect, useState } from 'react';
import { Choice } from '../../shared/components/choice.js';
import { text } from '../text.js';
import styles from './notify-switch.module.css';
import { beginPushes, endPushes, type Pushes, readPushes } from './pushes.js';

export function NotifySwitch() {
  const [pushes, setPushes] = useState<Pushes>();
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let isOver = false;
    void readPushes()
      .catch(() => undefined)
      .then((found) => {
        if (!isOver) setPushes(found);
      });
    return () => {
      isOver = true;
    };
  }, []);
  if (pushes === undefined) return null;
  const choose = async (wanted: boolean) => {
    setSaving(true);
    setFailure(await choosing(wanted));
    setSaving(false);
  };
  /** Undefined where it is as it was wanted. */
  async function choosing(wanted: boolean): Promise<string | undefined> {
    if (pushes === undefined) return undefined;
    // Asked for by the tap: browsers refuse to be asked otherwise.
    if (wanted && (await Notification.requestPermission()) !== 'granted') return text.notifyBlocked;
    try {
      const isOn = wanted ? await beginPushes(pushes) : await endPushes().then(() => false);
      setPushes({ ...pushes, isOn });
      return isOn === wanted ? undefined : text.notifyFailed;
    } catch {
      return text.notifyFailed;
    }
  }
  return (
    <div className={styles.notify}>
      <Choice
        role="switch"
        aria-checked={pushes.isOn}
        checked={pushes.isOn}
        disabled={isSaving}
        onChange={(event) => void choose(event.target.checked)}
      >
        {text.notifyMe}
      </Choice>
      {failure !== undefined && <p role="alert">{failure}</p>}
    </div>
  );
}
