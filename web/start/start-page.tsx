import { ConnectionStatus } from '../shared/components/connection-status.js';

export function StartPage() {
  return (
    <main>
      <h1>Kedai</h1>
      <ConnectionStatus />
      <nav>
        <a href="/shop">Shop</a> <a href="/kitchen">Kitchen</a> <a href="/dashboard">Dashboard</a>
      </nav>
    </main>
  );
}
