const ONE_DOT = '^services/[^/]+/src/[^/]+/[a-z0-9-]+\\.ts$'; // model-version.ts: rules of the domain, nothing else
// Pure libraries of the domain's own mathematics: no transport, storage or clock in them.
const PURE_LIBS = '^libs/(problem|value|statistics|calibration|expression|timeline)/';

module.exports = {
  forbidden: [
    {
      name: 'no-service-to-service',
      severity: 'error',
      comment: 'Services meet only on gRPC, events and the graph.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    { name: 'no-lib-to-service', severity: 'error', from: { path: '^libs/' }, to: { path: '^(services|deploy|test)/' } },
    {
      name: 'libs-by-front-door',
      severity: 'error',
      comment: 'A library is entered by its index; contracts by message file.',
      from: { path: '^(services|deploy|test)/' },
      to: { path: '^libs/(?!contracts/)[^/]+/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'libs-meet-at-the-door',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/(?!contracts/)[^/]+/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'No Nest, ORM, wire or clock in a domain file.',
      from: { path: ONE_DOT, pathNot: '/migrations/' },
      to: { pathNot: [ONE_DOT, PURE_LIBS] },
    },
    {
      name: 'pure-libs-stay-pure',
      severity: 'error',
      from: { path: PURE_LIBS, pathNot: '\\.spec\\.ts$' },
      to: { pathNot: [PURE_LIBS] },
    },
    {
      name: 'service-knows-no-transport',
      severity: 'error',
      from: { path: '\\.service\\.ts$' },
      to: {
        path: [
          '\\.(resolver|grpc|consumer|proto|mapping)\\.ts$',
          '^libs/contracts/',
          'node_modules/(@nestjs/(graphql|microservices)|@grpc|typeorm|kafkajs)',
        ],
      },
    },
    {
      name: 'orm-stays-in-storage',
      severity: 'error',
      from: { path: '^services/', pathNot: ['\\.(repository|mapping|module|spec)\\.ts$', '/migrations/', '/data-source\\.ts$'] },
      to: { path: 'node_modules/typeorm/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  // Generated contracts are not excluded: an excluded file cannot be forbidden.
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'graphql\\.generated\\.ts$' },
    enhancedResolveOptions: { conditionNames: ['types', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
