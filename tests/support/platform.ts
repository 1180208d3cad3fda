/** The platform on each of its backends: the same tests run on PostgreSQL alone and on real Redis. */
import { afterAll, beforeAll, describe } from 'vitest';
import { readConfig } from '../../platform/config.js';
import { openPlatform, type Platform } from '../../platform/platform.js';
import { type FreshDatabase, freshDatabase } from './database.js';
import { describeWithRedis, type RunningRedis, startRedis } from './redis.js';

/** Given to the tests of one backend; `platform` can be read once they run. */
export interface PlatformUnderTest {
  readonly platform: Platform;
  /** The environment that opens it, for processes of the test's own. */
  readonly settings: NodeJS.ProcessEnv;
  /** A second process's view of the same backend. The caller closes it. */
  another(): Promise<Platform>;
}

/** The units' shared secret, where a test gives no other. */
const TEST_SECRET = 'a secret of at least thirty-two characters';

/** Worker threads run the sources, as the tests do. */
export const RUN_TYPESCRIPT = ['--import', new URL('./run-typescript.mjs', import.meta.url).href];

/** What the first platform on an empty database does. */
async function migratePlatform(url: string): Promise<void> {
  const platform = await openPlatform(readConfig({ PLATFORM_DATABASE_URL: url, LOG_LEVEL: 'silent' }));
  await platform.close();
}

/** Opens a platform on a PostgreSQL database of its own. */
export async function openTestPlatform(
  settings: NodeJS.ProcessEnv = {},
): Promise<Platform & { drop(): Promise<void> }> {
  const database = await freshDatabase('platform', migratePlatform);
  const platform = await openPlatform(
    readConfig({
      ...{ PLATFORM_DATABASE_URL: database.url, LOG_LEVEL: 'silent', SUBGRAPH_SECRET: TEST_SECRET },
      ...settings,
    }),
    RUN_TYPESCRIPT,
  );
  return {
    ...platform,
    async drop() {
      await platform.close();
      await database.drop();
    },
  };
}

/** Declares the same tests for both backends. */
export function describeOnBothBackends(name: string, tests: (under: PlatformUnderTest) => void): void {
  describe(`${name}, on PostgreSQL`, () => {
    let database: FreshDatabase;
    const under = underTest(() => ({ PLATFORM_DATABASE_URL: database.url }));
    beforeAll(async () => {
      database = await freshDatabase('platform');
      await under.open();
    });
    afterAll(async () => {
      await under.close();
      await database.drop();
    });
    tests(under);
  });

  describeWithRedis(`${name}, on Redis`, () => {
    let redis: RunningRedis;
    const under = underTest(() => ({ REDIS_URL: redis.url }));
    beforeAll(async () => {
      redis = await startRedis();
      await under.open();
    });
    afterAll(async () => {
      await under.close();
      await redis.stop();
    });
    tests(under);
  });
}

function underTest(settings: () => NodeJS.ProcessEnv) {
  let opened: Platform | undefined;
  const open = async () => {
    const platform = await openPlatform(readConfig({ LOG_LEVEL: 'silent', ...settings() }));
    await platform.redis?.ping();
    return platform;
  };
  return {
    get platform(): Platform {
      if (opened === undefined) throw new Error('The platform is open only while tests run.');
      return opened;
    },
    get settings() {
      return settings();
    },
    another: open,
    async open() {
      opened = await open();
    },
    close: async () => opened?.close(),
  };
}
