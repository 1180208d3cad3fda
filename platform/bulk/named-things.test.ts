import { describe, expect, it } from 'vitest';
import { BadLines } from './import-table.js';
import { nameFinder } from './named-things.js';

const things = ['Susu', 'susu', 'Kopi', 'Café'].map((name) => ({ name }));
const find = nameFinder(things, { column: 'ingredient', expected: 'an ingredient' });

function found(name: string | null) {
  const bad = new BadLines();
  const thing = find(2, name, bad);
  return thing?.name ?? bad.inOrder()[0]?.expected;
}

describe('a thing that a line names', () => {
  it('is the one of exactly this name, also where another differs by case alone', () => {
    expect([found('Susu'), found('susu')]).toEqual(['Susu', 'susu']);
  });

  it('is the only one whose name differs by case, blanks or the form of its accents', () => {
    expect([found(' kopi '), found('CAFE\u0301')]).toEqual(['Kopi', 'Café']);
  });

  it('is refused where it could be several, and where there is none', () => {
    expect(found('SUSU')).toBe('a name as it is written: several differ from this one by case alone');
    expect([found('Teh'), found(null)]).toEqual(['an ingredient', 'an ingredient']);
  });
});
