/**
 * Tones by the browser's own synthesiser. Browsers allow sound after a tap alone: `startSound` is called by one. A device whose shift has
 * begun, and whose page was loaded again, sounds from the next tap or key on, whatever it is for.
 */
import { useSyncExternalStore } from 'react';
import type { Alert } from '../queue/kitchen-state.js';

interface Tone {
  readonly hertz: number;
  readonly at: number;
  readonly seconds: number;
}

/** `lost`: nothing arrives any more. */
export type Call = Alert | 'lost';

const TONES: Readonly<Record<Call, readonly Tone[]>> = {
  new: [
    { hertz: 660, at: 0, seconds: 0.16 },
    { hertz: 880, at: 0.16, seconds: 0.28 },
  ],
  changed: [
    { hertz: 620, at: 0, seconds: 0.12 },
    { hertz: 620, at: 0.2, seconds: 0.12 },
  ],
  cancelled: [
    { hertz: 520, at: 0, seconds: 0.2 },
    { hertz: 390, at: 0.2, seconds: 0.2 },
    { hertz: 290, at: 0.4, seconds: 0.4 },
  ],
  lost: [
    { hertz: 330, at: 0, seconds: 0.3 },
    { hertz: 220, at: 0.35, seconds: 0.5 },
  ],
};
const LOUDNESS = 0.35;
const STORED = 'kedai-kitchen-sound';

let context: AudioContext | undefined;
const listeners = new Set<() => void>();

/** Whether tones are heard. */
export function useSoundIsOn(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => context?.state === 'running',
  );
}

/** Of the tap that begins a shift, or turns the sound on again. */
export async function startSound(): Promise<void> {
  if (context === undefined) {
    context = new AudioContext();
    context.onstatechange = notify;
  }
  await context.resume();
  localStorage.setItem(STORED, 'on');
  play('new');
  notify();
}

export function isShiftRunning(): boolean {
  return localStorage.getItem(STORED) === 'on';
}

/** @returns how to stop waiting for the tap. */
export function startSoundByAnyTap(): () => void {
  const start = () => {
    stop();
    void startSound();
  };
  const stop = () => {
    removeEventListener('pointerup', start, true);
    removeEventListener('keydown', start, true);
  };
  addEventListener('pointerup', start, true);
  addEventListener('keydown', start, true);
  return stop;
}

export async function stopSound(): Promise<void> {
  localStorage.removeItem(STORED);
  await context?.suspend();
  notify();
}

export function play(call: Call): void {
  if (context?.state !== 'running') return;
  for (const { hertz, at, seconds } of TONES[call]) {
    const start = context.currentTime + at;
    const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: hertz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.01);
    gain.gain.setValueAtTime(LOUDNESS, start + seconds - 0.05);
    gain.gain.linearRampToValueAtTime(0, start + seconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + seconds);
  }
}

function notify(): void {
  for (const listener of listeners) listener();
}
