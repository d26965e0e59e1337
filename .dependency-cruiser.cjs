// Who may import whom. Workspaces alone do not hold this: an undeclared sibling import passes the compiler,
// the test runner and knip.
const mayImport = {
  spec: [],
  stats: ['spec'],
  proof: ['spec'],
  client: ['spec'],
  engine: ['spec', 'stats'],
  hub: ['spec', 'stats', 'proof', 'engine'],
  web: ['spec', 'stats', 'proof', 'client'],
  cli: ['spec', 'stats', 'proof', 'client', 'engine', 'hub'],
};

const rooms = Object.keys(mayImport);

const roomRules = rooms.map((room) => ({
  name: `${room}-imports-only-its-neighbours`,
  severity: 'error',
  from: { path: `^packages/${room}/` },
  to: { path: `^packages/(?!(${[room, ...mayImport[room]].join('|')})/)` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'through-the-front-door',
      comment: 'A sibling room is entered by its src/index.ts.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/([^/]+)/src/', pathNot: ['^packages/$1/', '^packages/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'spec-is-pure',
      severity: 'error',
      from: { path: '^packages/(spec|stats|proof)/src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'hub-uses-engine-only-in-worker-and-evidence',
      severity: 'error',
      from: {
        path: '^packages/hub/src/',
        pathNot: '^packages/hub/src/(worker|evidence|testing)/|\\.test\\.ts$',
      },
      to: { path: '^packages/engine/' },
    },
    {
      name: 'product-code-does-not-import-tests',
      severity: 'error',
      from: { path: '^packages/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(tests|bench|scripts)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { pathNot: '^packages/web/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|build|\\.svelte-kit)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.svelte', '.json'],
    },
  },
};
