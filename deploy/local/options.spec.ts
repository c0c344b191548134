import { resolve } from 'node:path';
import { readOptions } from './options.js';

describe("the launcher's options", () => {
  it('are those of the table of doors when nothing is said', () => {
    expect(readOptions([])).toEqual({ port: 4000, grpcPort: 5000, data: resolve('.millrace'), split: false });
  });

  it('are read as given', () => {
    expect(readOptions(['--port', '6000', '--grpc-port=7000', '--data', '/tmp/x', '--split'])).toEqual({
      port: 6000,
      grpcPort: 7000,
      data: '/tmp/x',
      split: true,
    });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([[['--port', '80']], [['--port', 'x']], [['--port=65530']], [['--grpc-port', '4005']], [['--spilt']], [['extra']]])(
    'refuse %j',
    (args) => {
      expect(() => readOptions(args)).toThrow(expect.objectContaining({ kind: 'invalid', slug: 'launcher/option' }));
    },
  );
});
