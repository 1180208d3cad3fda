/** The import walls (docs: DESIGN of the layers): who may import whom. Run by `npm run check`. */
const SUBGRAPHS = '^subgraphs/([^/]+)/';

module.exports = {
  forbidden: [
    {
      name: 'platform-stands-alone',
      comment: 'What every unit uses knows none of them.',
      severity: 'error',
      from: { path: '^platform/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(gateway|subgraphs|deploy|schema|prisma|bench|tests)/' },
    },
    {
      name: 'gateway-uses-platform-alone',
      severity: 'error',
      from: { path: '^gateway/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(subgraphs|deploy|schema|prisma|bench|tests)/' },
    },
    {
      name: 'subgraphs-do-not-know-each-other',
      comment: 'A subgraph learns of another by events.',
      severity: 'error',
      from: { path: SUBGRAPHS },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'subgraph-uses-its-own-database-and-types-alone',
      severity: 'error',
      from: { path: SUBGRAPHS, pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(gateway|deploy|schema|prisma|bench|tests)/',
        pathNot: ['^prisma/$1/client/', '^schema/types/$1\\.ts$', '^prisma/seed/'],
      },
    },
    {
      name: 'only-the-store-touches-prisma',
      severity: 'error',
      from: { path: SUBGRAPHS, pathNot: ['^subgraphs/[^/]+/store/', '\\.test\\.ts$'] },
      to: { path: ['^prisma/[^/]+/client/', '@prisma/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules need no database, no schema and no machine.',
      severity: 'error',
      from: { path: '/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['/domain/', '^platform/(money|errors|ids|identity/identity)\\.ts$'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|platform|prisma|schema|deploy|tests|bench)/', pathNot: '/client/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'product-does-not-use-what-only-tests-have',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|platform)/', pathNot: '\\.test\\.ts$' },
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
