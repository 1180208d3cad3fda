import { describe, expect, it } from 'vitest';
import { type Course, shortcomingsOf } from './verdict.js';

const COURSE: Course = {
  minutes: 2,
  hasRedis: true,
  faults: {
    ...{ kills: 25, kill: 20, 'crash PostgreSQL': 2, 'stop Redis': 2 },
    ...{ freeze: 1, 'run twice': 1, 'repeat events': 6 },
  },
  load: { readings: 500, 'orders placed': 90, payments: 60 },
};

describe('a run of chaos is conclusive', () => {
  it('when every fault occurred and guests were served all the same', () => {
    expect(shortcomingsOf(COURSE)).toEqual([]);
  });

  it('not when too few units were killed for its length', () => {
    expect(shortcomingsOf({ ...COURSE, minutes: 3 })).toEqual(['25 kills are fewer than 30.']);
  });

  it('not when a kind of fault never occurred, unless the machine lacks its server', () => {
    const { 'stop Redis': _, ...faults } = COURSE.faults;
    expect(shortcomingsOf({ ...COURSE, faults })).toEqual(['A fault was never done: stop Redis.']);
    expect(shortcomingsOf({ ...COURSE, faults, hasRedis: false })).toEqual([]);
  });

  it('not when no guest was served', () => {
    expect(shortcomingsOf({ ...COURSE, load: {} })).toEqual([
      'There were no readings.',
      'There were no orders placed.',
      'There were no payments.',
    ]);
  });
});
