import { globSync, readFileSync } from 'node:fs';
import { catalogue } from '#libs/topics';

/** `// Topic registry.model-version.v1, keyed by …` above a message, as `topic → package.Message`. */
function statedInProto(): ReadonlyMap<string, readonly string[]> {
  const stated = new Map<string, string[]>();
  for (const file of globSync('proto/**/*.proto')) {
    const text = readFileSync(file, 'utf8');
    const [, pkg] = /^package ([\w.]+);/m.exec(text)!;
    for (const [, topic, message] of text.matchAll(/^\/\/ Topic ([a-z0-9.<>-]+),.*\n(?:\/\/.*\n)*message (\w+)/gm)) {
      stated.set(topic!, [...(stated.get(topic!) ?? []), `${pkg}.${message}`]);
    }
  }
  return stated;
}

describe('the catalogue of topics', () => {
  const stated = statedInProto();
  const ofServices = catalogue.topics.filter(({ name }) => !name.includes('.audit.'));

  it('declares each topic with exactly the messages that the contracts state', () => {
    const declared = Object.fromEntries(ofServices.map(({ name, types }) => [name, Object.keys(types).sort()]));
    const contracts = Object.fromEntries(
      [...stated].filter(([name]) => !name.includes('<service>')).map(([name, types]) => [name, [...types].sort()]),
    );
    expect(declared).toEqual(contracts);
  });

  it('gives every service an audit topic', () => {
    const audits = catalogue.topics.filter(({ name }) => name.endsWith('.audit.v1'));
    expect(audits).toHaveLength(8);
    expect(stated.get('<service>.audit.v1')).toEqual(['platform.v1.AuditRecorded']);
  });
});
