/** Offers a new release of the screens, which is loaded when somebody wants it, never by itself. */
import { Button } from '../components/button.js';
import { common } from '../text/texts.js';
import { useUpdate } from './update.js';
import styles from './update-offer.module.css';

export function UpdateOffer() {
  const load = useUpdate();
  if (load === undefined) return null;
  return (
    <div role="status" className={styles.offer}>
      <span>{common.update}</span>
      <Button onClick={load}>{common.updateNow}</Button>
    </div>
  );
}
