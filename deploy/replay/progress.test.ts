import { expect, it } from 'vitest';
import { showShare } from './progress.js';

it('shows once a second how much is done, how fast, and how long it takes', () => {
  const lines: string[] = [];
  let now = 0;
  const show = showShare(
    'events',
    (line) => lines.push(line),
    () => now,
  );
  show(0, 10_000);
  for (now = 100; now <= 2_000; now += 100) show(now * 2, 10_000);
  expect(lines).toEqual([
    'events 0 of 10,000 (0 %)\n',
    'events 2,000 of 10,000 (20 %), 2,000/s, 4 s left\n',
    'events 4,000 of 10,000 (40 %), 2,000/s, 3 s left\n',
  ]);
});
