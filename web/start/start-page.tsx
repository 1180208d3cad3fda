/** The start page: what this is, its three screens, the explorers, and in a demo its people. */
import { useEffect, useState } from 'react';
import { client } from '../shared/client/client.js';
import { signIn, signOut, useSession } from '../shared/client/session.js';
import { Button } from '../shared/components/button.js';
import { ConnectionStatus } from '../shared/components/connection-status.js';
import { language } from '../shared/text/language.js';
import { common } from '../shared/text/texts.js';
import { type About, useAbout, useHealth } from './about.js';
import { DashboardMiniature, KitchenMiniature, ShopMiniature } from './miniatures.js';
import { StartPage as StartPageQuery } from './operations.js';
import styles from './start-page.module.css';
import { text } from './text.js';

const DOORS = [
  { path: '/shop', name: text.shop, line: text.shopLine, Miniature: ShopMiniature },
  { path: '/kitchen', name: text.kitchen, line: text.kitchenLine, Miniature: KitchenMiniature },
  { path: '/dashboard', name: text.dashboard, line: text.dashboardLine, Miniature: DashboardMiniature },
];

export function StartPage() {
  const about = useAbout();
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>Kedai</h1>
        <ConnectionStatus />
      </header>
      <main className={styles.main}>
        <p className={styles.sentence}>{text.sentence}</p>
        <nav aria-label={text.screens} className={styles.doors}>
          {DOORS.map(({ path, name, line, Miniature }) => (
            <div key={path} className={styles.door}>
              <span className={styles.picture}>
                <Miniature />
              </span>
              <a href={withLanguage(path)} className={styles.doorName}>
                {name}
              </a>
              <span className={styles.line}>{line}</span>
            </div>
          ))}
        </nav>
        {about?.demo !== undefined && <People demo={about.demo} />}
        {about?.hasExplorers === true && (
          <section className={styles.section} aria-labelledby="explorers">
            <h2 id="explorers" className={styles.subtitle}>
              {text.explorers}
            </h2>
            <div className={styles.explorers}>
              <a href="/graphiql" className={styles.explorer}>
                <b>GraphiQL</b> <span className={styles.line}>{text.graphiqlLine}</span>
              </a>
              <a href="/sandbox" className={styles.explorer}>
                <b>Sandbox</b> <span className={styles.line}>{text.sandboxLine}</span>
              </a>
            </div>
          </section>
        )}
        <Addresses hasExplorers={about?.hasExplorers === true} />
      </main>
      <Foot about={about} />
    </div>
  );
}

/** A button for each of the demo's people, which signs this browser in. */
function People({ demo }: { readonly demo: NonNullable<About['demo']> }) {
  const session = useSession();
  const [busy, setBusy] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const enter = async (email: string) => {
    setBusy(email);
    setFailure(undefined);
    const failed = await signIn(email, demo.password);
    setBusy(undefined);
    if (failed !== undefined)
      setFailure(failed.code === 'RATE_LIMITED' ? common.tooManyAttempts : text.signInFailed);
  };
  return (
    <section className={styles.section} aria-labelledby="people">
      <h2 id="people" className={styles.subtitle}>
        {text.people}
      </h2>
      <p className={styles.line}>{text.peopleLine}</p>
      <ul className={styles.people}>
        {demo.accounts.map(({ email, role }) => (
          <li key={email}>
            <button
              type="button"
              className={styles.person}
              aria-busy={busy === email || undefined}
              onClick={() => {
                if (busy === undefined) void enter(email);
              }}
            >
              <b>{text.roles[role] ?? role}</b>
              <span className={styles.line}>{email}</span>
            </button>
          </li>
        ))}
      </ul>
      {failure !== undefined && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      {session?.person !== undefined && (
        <p className={styles.signedIn}>
          {text.signedIn(session.person.name)}
          <Button look="quiet" onClick={() => void signOut()}>
            {common.signOut}
          </Button>
        </p>
      )}
    </section>
  );
}

function Addresses({ hasExplorers }: { readonly hasExplorers: boolean }) {
  const { origin } = location;
  const addresses = [
    ...[`${origin}/graphql`, `${origin.replace(/^http/, 'ws')}/graphql`],
    ...['/shop', '/kitchen', '/kitchen/counter', '/kitchen/board', '/dashboard'].map((path) => origin + path),
    ...(hasExplorers ? ['/graphiql', '/sandbox'].map((path) => origin + path) : []),
    ...[`${origin}/health/ready`, `${origin}/metrics`],
  ];
  return (
    <section className={styles.section} aria-labelledby="addresses">
      <h2 id="addresses" className={styles.subtitle}>
        {text.addresses}
      </h2>
      <ul className={styles.addresses}>
        {addresses.map((address) => (
          <Address key={address} address={address} />
        ))}
      </ul>
    </section>
  );
}

const COPIED_MILLISECONDS = 2_000;

function Address({ address }: { readonly address: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    // A page that came over plain http from another machine has no clipboard: its text can be selected.
    await navigator.clipboard?.writeText(address);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MILLISECONDS);
  };
  return (
    <li className={styles.address}>
      <code>{address}</code>
      {navigator.clipboard !== undefined && (
        <button
          type="button"
          className={styles.copy}
          aria-label={`${text.copy} ${address}`}
          onClick={() => void copy()}
        >
          {isCopied ? text.copied : text.copy}
        </button>
      )}
    </li>
  );
}

function Foot({ about }: { readonly about: About | undefined }) {
  const health = useHealth();
  const outlets = useOutletCounts();
  return (
    <footer className={styles.foot}>
      {about !== undefined && <span>{text.version(about.version)}</span>}
      {health !== undefined && (
        <a href="/health/ready" className={styles.health} data-health={health}>
          {text.health[health]}
        </a>
      )}
      {outlets !== undefined && <span>{outlets}</span>}
    </footer>
  );
}

function useOutletCounts(): string | undefined {
  const [counts, setCounts] = useState<string>();
  useEffect(() => {
    void client
      .query(StartPageQuery, {})
      .toPromise()
      .then(({ data }) => {
        const outlets = data?.outlets;
        if (!outlets) return;
        const more = outlets.pageInfo.hasNextPage ? '+' : '';
        const open = outlets.nodes.filter(({ isOpenNow }) => isOpenNow).length;
        setCounts(text.outlets(`${outlets.nodes.length}${more}`, `${open}${more}`));
      });
  }, []);
  return counts;
}

/** A language that was asked for goes along. */
function withLanguage(path: string): string {
  return new URLSearchParams(location.search).has('lang') ? `${path}?lang=${language}` : path;
}
