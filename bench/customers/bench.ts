/**
 * With `--csv FILE` fits BG/NBD to the customers of a file with the columns `frequency`, `recency` and `T`, and prints the parameters beside those that Fader, Hardie and Lee (2005) published
 * for the sample of CDNOW's customers. Without, measures the report about customers (`report.ts`).
 */
import { readFile } from 'node:fs/promises';
import { fitBgNbd, type PurchaseHistory } from '../../subgraphs/order/domain/customers/bg-nbd.js';
import type { Bench } from '../result.js';
import { benchReport } from './report.js';

const PUBLISHED = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

export const bench: Bench = async (report, { csv, orders }) => {
  if (csv === undefined) return benchReport(report, orders);
  const histories = historiesOf(await readFile(csv, 'utf8'));
  report(`${histories.length} customers`);
  const started = performance.now();
  const model = fitBgNbd(histories);
  if (model === null) throw new Error('Nobody in the file came back.');
  const plain = (value: number) => ({ value, unit: '' });
  const shown = ({ r, alpha, a, b }: typeof PUBLISHED) => ({
    ...{ r: plain(r), α: plain(alpha), a: plain(a), b: plain(b) },
  });
  return {
    figures: {
      ...shown(model),
      customers: plain(histories.length),
      fitted: { value: performance.now() - started, unit: 'ms' },
    },
    peers: { published: shown(PUBLISHED) },
  };
};

function historiesOf(text: string): PurchaseHistory[] {
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  const names = head.split(',').map((name) => name.trim());
  const [repeats, recency, age] = ['frequency', 'recency', 'T'].map((name) => names.indexOf(name));
  return lines.map((line) => {
    const cells = line.split(',');
    const numberAt = (column: number | undefined) => {
      const value = Number(cells[column ?? -1]);
      if (Number.isNaN(value)) throw new Error(`Not a customer: ${line}`);
      return value;
    };
    return { repeats: numberAt(repeats), recency: numberAt(recency), age: numberAt(age) };
  });
}
