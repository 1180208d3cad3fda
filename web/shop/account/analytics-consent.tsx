/** Whether the chain's reports may count the person: off until it is said here, and withdrawn as easily as it is given (UU PDP 27/2022, article 22). */
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { common } from '../../shared/text/texts.js';
import { OwnAnalyticsConsent, SetAnalyticsConsent } from '../operations.js';
import { text } from '../text.js';
import styles from './analytics-consent.module.css';

/** Names the words of `text.statisticsAbout`, which is what the person agrees to: another one where these change. */
const NOTICE = 'shop-statistics-2026-11';

export function AnalyticsConsent() {
  const [isGranted, setGranted] = useState<boolean>();
  const [isSaving, setSaving] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isOver = false;
    void client
      .query(OwnAnalyticsConsent, {})
      .toPromise()
      .then(({ data }) => {
        if (!isOver) setGranted(data?.me?.analyticsConsent?.isGranted);
      });
    return () => {
      isOver = true;
    };
  }, []);
  if (isGranted === undefined) return null;
  const choose = async (wanted: boolean) => {
    setSaving(true);
    const input = wanted ? { isGranted: true, notice: NOTICE } : { isGranted: false };
    const { data } = await client.mutation(SetAnalyticsConsent, { input }).toPromise();
    const stored = data?.setAnalyticsConsent?.customer?.analyticsConsent?.isGranted;
    setFailed(stored === undefined);
    if (stored !== undefined) setGranted(stored);
    setSaving(false);
  };
  return (
    <section aria-label={text.statistics} className={styles.consent}>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={isGranted}
          disabled={isSaving}
          aria-describedby="statistics-about"
          onChange={(event) => void choose(event.target.checked)}
        />
        {text.statisticsAgree}
      </label>
      <p id="statistics-about" className={styles.about}>
        {text.statisticsAbout}
      </p>
      {hasFailed && <p role="alert">{common.noNetwork}</p>}
    </section>
  );
}
