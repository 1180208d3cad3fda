/** The curve itself, drawn by uPlot on a canvas that is given up with the component. */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { level, moment } from '../format.js';
import styles from './curve.module.css';
import { CAUSE_COLOURS, type CauseKind, causeKind, levelAt, type Movement, type Point } from './movements.js';

export interface LevelChartProps {
  readonly label: string;
  readonly points: readonly Point[];
  readonly movements: readonly Movement[];
  readonly unit: string;
  readonly timeZone: string;
  /** The movement nearest to the point under the pointer. */
  readonly choose: (movementId: string) => void;
}

const HEIGHT = 200;
const MARK = 4;

export function LevelChart({ label, points, movements, unit, timeZone, choose }: LevelChartProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const chart = new uPlot(
      optionsOf({ width: current.clientWidth, points, movements, unit, timeZone, choose }),
      [points.map(({ at }) => Date.parse(at) / 1_000), points.map(({ last }) => last)],
      current,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: current.clientWidth, height: HEIGHT }));
    watch.observe(current);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [points, movements, unit, timeZone, choose]);
  return <div ref={box} className={styles.chart} role="img" aria-label={label} />;
}

type Drawn = Omit<LevelChartProps, 'label'> & { readonly width: number };

function optionsOf({ width, points, movements, unit, timeZone, choose }: Drawn): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => resolved(style.getPropertyValue(name));
  const axis = {
    stroke: colour('--quiet'),
    font: '12px "Plus Jakarta Sans Variable", system-ui',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (_chart, _low, high) => [0, Math.max(1, high * 1.1)] } },
    axes: [
      {
        ...axis,
        space: 64,
        values: (_chart, times) =>
          times.map((time) => moment(new Date(time * 1_000).toISOString(), timeZone, time * 1_000)),
      },
      { ...axis, size: 76, values: (_chart, values) => values.map((value) => level(value, unit)) },
    ],
    series: [{}, { stroke: '#0072b2', width: 2, fill: 'rgb(0 114 178 / 10%)', points: { show: false } }],
    hooks: {
      draw: [(chart) => drawMarks(chart, points, movements)],
      setCursor: [
        (chart) => {
          const { left } = chart.cursor;
          if (left === undefined || left < 0) return;
          const nearest = nearestTo(chart.posToVal(left, 'x') * 1_000, movements);
          if (nearest !== undefined) choose(nearest.id);
        },
      ],
    },
  };
}

function drawMarks(chart: uPlot, points: readonly Point[], movements: readonly Movement[]): void {
  const { ctx: context } = chart;
  const size = MARK * devicePixelRatio;
  for (const movement of movements) {
    const value = levelAt(points, movement.at);
    const time = Date.parse(movement.at) / 1_000;
    const { min, max } = chart.scales.x ?? {};
    if (value === undefined || min == null || max == null || time < min || time > max) continue;
    const kind = causeKind(movement);
    context.fillStyle = CAUSE_COLOURS[kind];
    context.beginPath();
    drawShape(context, kind, chart.valToPos(time, 'x', true), chart.valToPos(value, 'y', true), size);
    context.fill();
  }
}

function drawShape(
  context: CanvasRenderingContext2D,
  kind: CauseKind,
  x: number,
  y: number,
  size: number,
): void {
  if (kind === 'reading') context.arc(x, y, size, 0, 2 * Math.PI);
  else if (kind === 'person') context.rect(x - size, y - size, 2 * size, 2 * size);
  else {
    const foot = kind === 'order' ? y : y + size;
    context.moveTo(x, y - size * 1.2);
    context.lineTo(x + size * 1.2, foot);
    if (kind === 'order') context.lineTo(x, y + size * 1.2);
    context.lineTo(x - size * 1.2, foot);
  }
  context.closePath();
}

function nearestTo(time: number, movements: readonly Movement[]): Movement | undefined {
  let nearest: Movement | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const movement of movements) {
    const away = Math.abs(Date.parse(movement.at) - time);
    if (away < distance) [nearest, distance] = [movement, away];
  }
  return nearest;
}

/** A canvas knows no `light-dark()`: the colour that it stands for. */
function resolved(value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
