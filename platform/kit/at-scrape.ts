/**
 * What a scrape of metrics asks of a database, so that it shows as well when nothing works on it. A database that does not answer within a
 * second has no answer, and no further question waits behind an unanswered one.
 */
const ANSWER_MILLISECONDS = 1_000;

/** @returns undefined where there is no answer in time. Gauges of one scrape that ask at once share the answer. */
export function askedAtScrape<Answer>(ask: () => Promise<Answer>): () => Promise<Answer | undefined> {
  let pending: Promise<Answer | undefined> | undefined;
  let isOverdue = false;
  return async () => {
    if (isOverdue) return undefined;
    pending ??= ask()
      .catch(() => undefined)
      .finally(() => {
        pending = undefined;
        isOverdue = false;
      });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        isOverdue = pending !== undefined;
        resolve(undefined);
      }, ANSWER_MILLISECONDS);
    });
    return Promise.race([pending, late]).finally(() => clearTimeout(timer));
  };
}
