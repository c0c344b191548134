import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { locateBinaries, type Binaries } from './binaries.js';
import { linkLibraries } from './library-links.js';
import { barrierTo, runAs, serverAccount } from './os-account.js';
import { stageBinaries, stagingFolder } from './staging.js';

describe('the binaries', () => {
  const home = mkdtempSync(join(tmpdir(), 'millrace-binaries-')); // 0700, like a closed home
  const root = join(home, 'node_modules', 'native');
  let binaries: Binaries;
  beforeAll(async () => {
    const installed = await locateBinaries();
    // As npm unpacks the package where install scripts are off: without any link.
    cpSync(installed.root, root, { recursive: true, filter: (source) => !lstatSync(source).isSymbolicLink() });
    const inside = (path: string): string => join(root, path.slice(installed.root.length));
    binaries = { ...installed, root, initdb: inside(installed.initdb), postgres: inside(installed.postgres) };
  });
  afterAll(() => rmSync(home, { recursive: true }));
  const version = ({ postgres }: Binaries, account = serverAccount()): string =>
    execFileSync(postgres, ['--version'], { ...runAs(account), cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  it('run once their libraries are linked, though install scripts were off', () => {
    chmodSync(home, 0o755);
    expect(() => version(binaries)).toThrow('libicu');
    expect(linkLibraries(root)).toBe(true);
    expect(version(binaries)).toContain('18.');
    expect(linkLibraries(root)).toBe(true); // and again: nothing to do
    chmodSync(home, 0o700);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('run from a copy where node_modules is closed to the account of the server', () => {
    const account = serverAccount();
    expect(barrierTo(binaries.postgres, account)).toBe(home);
    expect(() => version(binaries)).toThrow('EACCES');
    const staged = stageBinaries(binaries);
    try {
      linkLibraries(staged.root);
      expect(version(staged)).toContain('18.');
      expect(stageBinaries(binaries)).toEqual(staged);
      expect(readdirSync(dirname(staged.root))).toEqual([`postgresql-${binaries.version}`]);
    } finally {
      rmSync(stagingFolder(binaries.root), { recursive: true });
    }
    expect(existsSync(staged.root)).toBe(false);
  });
});

describe('the account of the server', () => {
  it('is postgres, or else nobody, when we are root', () => {
    const asRoot = (passwd: string) => serverAccount(() => passwd);
    if (process.getuid?.() !== 0) return expect(asRoot('')).toBeUndefined();
    expect(asRoot('root:x:0:0\nnobody:x:65534:65533:n:/:/x')).toEqual({ name: 'nobody', uid: 65534, gid: 65533 });
    expect(asRoot('nobody:x:65534:65534\npostgres:x:70:71')).toEqual({ name: 'postgres', uid: 70, gid: 71 });
    expect(() => asRoot('root:x:0:0')).toThrow(expect.objectContaining({ slug: 'embedded-postgres/no-account' }));
  });
});
