/**
 * Whether the chain's reports may count the person: off until it is said here, and withdrawn as easily as it is given (UU PDP 27/2022,
 * article 22).
 */
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { failureOf } from '../../shared/client/failure-of.js';
import { Choice } from '../../shared/components/choice.js';
import { common } from '../../shared/text/texts.js';
import { OwnAnalyticsConsent, SetAnalyticsConsent } from '../operations.js';
import { text } from '../text.js';
import styles from './analytics-consent.module.css';

/** Names the words of `text.statisticsAbout`, which is what the person agrees to: another one where these change. */
const NOTICE = 'shop-statistics-2026-11';

export function AnalyticsConsent() {
  const [isGranted, setGranted] = useState<boolean>();
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
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
    const { data, error } = await client.mutation(SetAnalyticsConsent, { input }).toPromise();
    const payload = data?.setAnalyticsConsent;
    const stored = payload?.customer?.analyticsConsent?.isGranted;
    const isStored = stored !== undefined && payload?.userErrors.length === 0;
    if (isStored) setGranted(stored);
    setFailure(isStored ? undefined : failureOf(payload?.userErrors, error, common.noNetwork));
    setSaving(false);
  };
  return (
    <section aria-label={text.statistics} className={styles.consent}>
      <Choice
        checked={isGranted}
        disabled={isSaving}
        aria-describedby="statistics-about"
        onChange={(event) => void choose(event.target.checked)}
      >
        {text.statisticsAgree}
      </Choice>
      <p id="statistics-about" className={styles.about}>
        {text.statisticsAbout}
      </p>
      {failure !== undefined && <p role="alert">{failure}</p>}
    </section>
  );
}
