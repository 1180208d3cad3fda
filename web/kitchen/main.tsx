/** The kitchen's entry: its view by the address. Counter and board are loaded where they are opened. */
import { lazy, Suspense } from 'react';
import { mount } from '../shared/components/mount.js';
import { workOffline } from '../shared/offline/update.js';
import { UpdateOffer } from '../shared/offline/update-offer.js';
import { KitchenScreen } from './kitchen.js';

const Board = lazy(() => import('./board/board.js').then(({ BoardScreen }) => ({ default: BoardScreen })));
const Counter = lazy(() =>
  import('./counter/counter.js').then(({ CounterScreen }) => ({ default: CounterScreen })),
);

mount(
  <>
    <Suspense>{viewAt(location.pathname)}</Suspense>
    <UpdateOffer />
  </>,
);
void workOffline();

function viewAt(path: string) {
  if (path.startsWith('/kitchen/board')) return <Board />;
  if (path.startsWith('/kitchen/counter')) return <Counter />;
  return <KitchenScreen />;
}
