/** When a mail is tried again that the mail server did not take: soon at first, then ever more rarely, until the mail expires. */

const PAUSES_SECONDS = [5, 15, 60, 300, 900] as const;
const LONGEST_PAUSE_SECONDS = 3_600;

/** @param attempts that have failed, from 1. */
export function pauseSeconds(attempts: number): number {
  return PAUSES_SECONDS[attempts - 1] ?? LONGEST_PAUSE_SECONDS;
}
