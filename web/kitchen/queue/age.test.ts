import { expect, it } from 'vitest';
import { ageOf, USUAL_PACE } from './age.js';

const MINUTE = 60_000;
const pace = { slowMinutes: 3, lateMinutes: 4 };

it('is calm, slow and late by the pace of the outlet', () => {
  const degrees = [2.9, 3, 3.9, 4, 9].map((minutes) => ageOf(0, minutes * MINUTE, pace).degree);
  expect(degrees).toEqual(['calm', 'slow', 'slow', 'late', 'late']);
});

it('fills until it is late, and stays full', () => {
  expect(ageOf(0, 2 * MINUTE, pace)).toEqual({ minutes: 2, degree: 'calm', part: 0.5 });
  expect(ageOf(0, 60 * MINUTE, pace).part).toBe(1);
});

it('has not begun before its pickup time comes near', () => {
  expect(ageOf(20 * MINUTE, 0, USUAL_PACE)).toEqual({ minutes: 0, degree: 'calm', part: 0 });
});

it('is never slow where an outlet is late as soon', () => {
  expect(ageOf(0, 5 * MINUTE, { slowMinutes: 8, lateMinutes: 5 }).degree).toBe('late');
});
