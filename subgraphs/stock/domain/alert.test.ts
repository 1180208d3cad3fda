import { expect, test } from 'vitest';
import { alertsOf, alertsOver, type Figures, shortfallOf } from './alert.js';

function figures(onHand: number, reserved = 0, drawn = 0): Figures {
  return { onHand, reserved, drawn, available: Math.max(0, onHand - reserved - drawn), reorderPoint: 20 };
}

test('an item is low at its reorder point, and raises one alert until it has recovered', () => {
  expect(alertsOf(figures(21))).toEqual([]);
  expect(alertsOf(figures(20), figures(21))).toEqual(['LOW']);
  expect(alertsOf(figures(10), figures(20))).toEqual([]);
  expect(alertsOf(figures(30), figures(10))).toEqual([]);
  expect(alertsOf(figures(15), figures(30))).toEqual(['LOW']);
});

test('orders are at risk when less is on hand than is reserved and drawn; the alert is raised again as it gets worse', () => {
  expect(shortfallOf(figures(100, 80, 30))).toBe(10);
  expect(alertsOf(figures(100, 80, 20), figures(100, 50, 20))).toEqual(['LOW']);
  expect(alertsOf(figures(90, 80, 20), figures(100, 80, 20))).toEqual(['AT_RISK']);
  expect(alertsOf(figures(95, 80, 20), figures(90, 80, 20))).toEqual([]);
  expect(alertsOf(figures(80, 80, 20), figures(95, 80, 20))).toEqual(['AT_RISK']);
});

test('a first look raises all alerts in force', () => {
  expect(alertsOf(figures(5, 10))).toEqual(['LOW', 'AT_RISK']);
});

test('an alert is over once: when the item is above its reorder point, or nothing is missing', () => {
  expect(alertsOver(figures(20), figures(21))).toEqual(['LOW']);
  expect(alertsOver(figures(21), figures(22))).toEqual([]);
  expect(alertsOver(figures(90, 80, 20), figures(95, 80, 20))).toEqual([]);
  expect(alertsOver(figures(90, 80, 20), figures(100, 80, 20))).toEqual(['AT_RISK']);
  expect(alertsOver(figures(5, 10), figures(50, 10))).toEqual(['LOW', 'AT_RISK']);
});
