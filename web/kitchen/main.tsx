/** The kitchen's entry: its view by the address. The board is loaded where it is opened. */
import { lazy, Suspense } from 'react';
import { mount } from '../shared/components/mount.js';
import { KitchenScreen } from './kitchen.js';

const Board = lazy(() => import('./board/board.js').then(({ BoardScreen }) => ({ default: BoardScreen })));

mount(
  location.pathname.startsWith('/kitchen/board') ? (
    <Suspense>
      <Board />
    </Suspense>
  ) : (
    <KitchenScreen />
  ),
);
