/** Prints a step on stderr while it runs, with its duration; standard output stays the command's own. */
export async function step(title, work) {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  const live = process.stderr.isTTY && !process.env.CI;
  process.stderr.write(live ? `  ${title} …` : `  ${title} …\n`);
  const ticker = setInterval(
    () => process.stderr.write(live ? `\r  ${title} … ${seconds()} s` : `  ${title} … ${seconds()} s\n`),
    live ? 500 : 15_000,
  );
  try {
    await work();
    process.stderr.write(`${live ? '\r\x1b[K' : ''}  ${title}: done in ${seconds()} s\n`);
  } catch (error) {
    process.stderr.write(`${live ? '\r\x1b[K' : ''}  ${title}: failed after ${seconds()} s\n`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}
