/** One line of progress: written over itself on a terminal, once in a while elsewhere. */
const ELSEWHERE_MILLISECONDS = 10_000;

export class ProgressLine {
  readonly #output: NodeJS.WriteStream;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  show(text: string): void {
    if (this.#output.isTTY) {
      this.#output.write(`\r\u001b[2K${text.slice(0, Math.max(20, this.#output.columns - 1))}`);
      return;
    }
    const now = performance.now();
    if (now - this.#writtenAt < ELSEWHERE_MILLISECONDS) return;
    this.#writtenAt = now;
    this.#output.write(`${text}\n`);
  }

  /** A line that stays. */
  say(text: string): void {
    this.#output.write(this.#output.isTTY ? `\r\u001b[2K${text}\n` : `${text}\n`);
  }
}
