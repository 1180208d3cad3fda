/** Puts a screen on its page, in place of the name that stands there until the scripts have come, with the client that its operations use. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { client } from '../client/client.js';
import '../style/base.css';

export function mount(screen: React.ReactNode): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no element #root');
  root.replaceChildren();
  createRoot(root).render(
    <StrictMode>
      <Provider value={client}>{screen}</Provider>
    </StrictMode>,
  );
}
