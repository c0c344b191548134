/** Tests run from the sources; workers and forked processes start from dist, so `npm test` builds first. */
export default {
  testEnvironment: '<rootDir>/libs/testkit/src/environment.mjs',
  globalSetup: '<rootDir>/libs/testkit/src/jest-setup.mjs',
  globalTeardown: '<rootDir>/libs/testkit/src/jest-teardown.mjs',
  roots: ['<rootDir>/services', '<rootDir>/libs', '<rootDir>/deploy', '<rootDir>/test'],
  testRegex: '.*\\.spec\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 60_000,
  moduleNameMapper: {
    '^#libs/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^#contracts/(.*)$': '<rootDir>/libs/contracts/src/gen/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
      },
    ],
  },
};
