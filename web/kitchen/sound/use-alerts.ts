/** Plays what the kitchen has to notice; a cancelled ticket calls again until somebody has seen it. */
import { useEffect } from 'react';
import type { Kitchen } from '../queue/kitchen.js';
import { isVoided, type KitchenState } from '../queue/kitchen-state.js';
import { play } from './sound.js';

const CALL_AGAIN_MILLISECONDS = 10_000;

export function useAlerts(kitchen: Kitchen, state: KitchenState): void {
  useEffect(() => kitchen.onAlert(play), [kitchen]);
  const hasVoided = [...state.tickets.values()].some(isVoided);
  useEffect(() => {
    if (!hasVoided) return;
    const timer = setInterval(() => play('cancelled'), CALL_AGAIN_MILLISECONDS);
    return () => clearInterval(timer);
  }, [hasVoided]);
}
