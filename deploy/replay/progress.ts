/** Progress of what reads a known number of things: at most once a second, with its speed and the time that is left. */
const INTERVAL_MILLISECONDS = 1_000;

/** @returns is called with how many are done, of how many; the first call is where it starts. */
export function showShare(
  what: string,
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): (done: number, total: number) => void {
  let start: { readonly at: number; readonly done: number } | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const at = now();
    start ??= { at, done };
    if (at - shownAt < INTERVAL_MILLISECONDS) return;
    shownAt = at;
    const perSecond = at > start.at ? ((done - start.done) * 1_000) / (at - start.at) : 0;
    const share = total === 0 ? 100 : Math.min(100, Math.floor((done * 100) / total));
    const parts = [`${what} ${number(done)} of ${number(total)} (${share} %)`];
    if (perSecond > 0) {
      parts.push(
        `${number(perSecond)}/s`,
        `${number(Math.ceil(Math.max(0, total - done) / perSecond))} s left`,
      );
    }
    write(`${parts.join(', ')}\n`);
  };
}

function number(count: number): string {
  return Math.round(count).toLocaleString('en');
}
