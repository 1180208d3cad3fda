/** Prints the audit: every equation with both its sides, and the differences below it. */
import { type Equation, holds } from './audit/equation.js';

const SHOWN_DIFFERENCES = 5;

export function tableOf(equations: readonly Equation[]): string {
  return equations.flatMap(linesOf).join('\n');
}

function linesOf(equation: Equation): string[] {
  const { title, left, right, relation, differences } = equation;
  const sides = `${left.what} ${number(left.sum)} ${relation} ${right.what} ${number(right.sum)}`;
  const shown = differences.slice(0, SHOWN_DIFFERENCES).map((difference) => `         ${difference}`);
  const more = differences.length - shown.length;
  return [
    `  ${holds(equation) ? 'ok   ' : 'WRONG'}  ${title}: ${sides}`,
    ...shown,
    ...(more > 0 ? [`         and ${more} more`] : []),
  ];
}

function number(value: number): string {
  return value.toLocaleString('en');
}
