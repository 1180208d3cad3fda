/** Prints the steps of a start on standard output, each with its duration. */
export interface Progress {
  step<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
}

export function showProgress(write: (text: string) => void): Progress {
  return {
    async step(what, work) {
      const startedAt = performance.now();
      const result = await work();
      write(`  ${what.padEnd(46)} ${seconds(performance.now() - startedAt)}\n`);
      return result;
    },
  };
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
