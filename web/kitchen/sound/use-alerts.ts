/**
 * Plays what the kitchen has to notice, on a hidden page as well. A cancelled ticket calls again until somebody has seen it, a new one until
 * somebody has touched this device or the ticket was started elsewhere. Once nothing has arrived for so long that the screen is stale, it
 * calls for that.
 */
import { useEffect } from 'react';
import { useLink } from '../../shared/client/connection.js';
import type { Kitchen } from '../queue/kitchen.js';
import { isVoided } from '../queue/kitchen-state.js';
import { play } from './sound.js';

const CALL_AGAIN_MILLISECONDS = 10_000;

export function useAlerts(kitchen: Kitchen): void {
  const isStale = useLink().state === 'stale';
  useEffect(() => {
    if (isStale) play('lost');
  }, [isStale]);
  useEffect(() => {
    let isUnheeded = false;
    const heed = () => {
      isUnheeded = false;
    };
    const endAlerts = kitchen.onAlert((alert) => {
      play(alert);
      if (alert === 'new') isUnheeded = true;
    });
    const timer = setInterval(() => {
      const tickets = [...kitchen.present().tickets.values()];
      if (tickets.some(isVoided)) play('cancelled');
      else if (isUnheeded && tickets.some(({ status }) => status === 'PAID')) play('new');
    }, CALL_AGAIN_MILLISECONDS);
    addEventListener('pointerdown', heed, true);
    addEventListener('keydown', heed, true);
    return () => {
      endAlerts();
      clearInterval(timer);
      removeEventListener('pointerdown', heed, true);
      removeEventListener('keydown', heed, true);
    };
  }, [kitchen]);
}
