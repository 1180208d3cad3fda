/** The module boundaries: who may import whom. Run by `npm run check`. */
const SUBGRAPHS = '^subgraphs/([^/]+)/';

/** Tests, and what only they use. */
const TESTS = ['\\.test\\.ts$', '/testing/', '/differential/'];

module.exports = {
  forbidden: [
    {
      name: 'platform-stands-alone',
      comment: 'What every unit uses imports none of them.',
      severity: 'error',
      from: { path: '^platform/', pathNot: TESTS },
      to: { path: '^(gateway|subgraphs|deploy|schema|prisma|bench|tests)/' },
    },
    {
      name: 'gateway-uses-platform-alone',
      severity: 'error',
      from: { path: '^gateway/', pathNot: TESTS },
      to: { path: '^(subgraphs|deploy|schema|prisma|bench|tests)/' },
    },
    {
      name: 'subgraphs-do-not-import-each-other',
      comment: 'A subgraph learns of another by events.',
      severity: 'error',
      from: { path: SUBGRAPHS },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'subgraph-uses-its-own-database-and-types-alone',
      severity: 'error',
      from: { path: SUBGRAPHS, pathNot: TESTS },
      to: {
        path: '^(gateway|deploy|schema|prisma|bench|tests)/',
        pathNot: ['^prisma/$1/client/', '^schema/types/$1\\.ts$', '^prisma/seed/'],
      },
    },
    {
      name: 'only-the-store-touches-prisma',
      severity: 'error',
      from: { path: SUBGRAPHS, pathNot: ['^subgraphs/[^/]+/store/', ...TESTS] },
      to: { path: ['^prisma/[^/]+/client/', '@prisma/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules need no database, no schema and no machine.',
      severity: 'error',
      from: { path: '/domain/', pathNot: TESTS },
      to: {
        pathNot: [
          '/domain/',
          '^platform/(money|order-charges|errors|ids|kit/(calendar|csv|html|input|nelder-mead|opening-hours|printed-document|tenant-scope)|identity/identity)\\.ts$',
          // Calendars and recurrence rules, by calculation alone.
          '^node_modules/(rrule-temporal|temporal-polyfill)/',
        ],
      },
    },
    {
      name: 'screens-know-the-schema-alone',
      comment: 'They run in browsers: what they know of Kedai is its graph.',
      severity: 'error',
      from: { path: '^web/', pathNot: TESTS },
      to: { path: '^(gateway|subgraphs|platform|deploy|schema|prisma|bench|tests)/' },
    },
    {
      name: 'screens-do-not-import-each-other',
      severity: 'error',
      from: { path: '^web/([^/]+)/' },
      to: { path: '^web/', pathNot: '^web/($1|shared)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Imports of types alone count.',
      severity: 'error',
      from: {
        path: '^(gateway|subgraphs|platform|prisma|schema|deploy|tests|bench|web)/',
        pathNot: '^prisma/[^/]+/client/',
      },
      to: { circular: true },
    },
    {
      name: 'product-does-not-use-tests',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|platform|prisma|schema|deploy)/', pathNot: TESTS },
      to: { path: [...TESTS, '^tests/'] },
    },
    {
      name: 'product-does-not-use-what-only-tests-have',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|platform)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^prisma/[^/]+/client/'] },
    exclude: { path: ['^dist/', '^bench/peers/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
