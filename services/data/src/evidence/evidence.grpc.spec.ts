import { EvidenceServiceService } from '#contracts/evidence/v1/evidence';
import { grpcPeer } from '#libs/grpc';
import { DataFixture } from '../fixture/data.fixture.js';

describe("the data service's evidence", () => {
  let data: DataFixture;
  beforeAll(async () => {
    data = await DataFixture.start();
  });
  afterAll(() => data.stop());

  async function measure(questions: string[], service: 'governance' | 'features' = 'governance') {
    const peer = grpcPeer(EvidenceServiceService, {
      address: `127.0.0.1:${data.running.grpcPort}`,
      name: 'data',
      authorization: async () => `Bearer ${await data.issuer.tokenForService(service)}`,
    });
    try {
      const { measures } = await peer.measureEvidence({ questions, asOf: undefined }, { workspace: 'main', deadlineMs: 5_000 });
      return measures.map(({ question, met, observed }) => [question, met, observed]);
    } finally {
      peer.close();
    }
  }

  it('is nothing observed before there is data, and counts what is there afterwards', async () => {
    expect(await measure([])).toEqual([
      ['D1', 0, 0],
      ['D2', 0, 0],
      ['D3', 0, 0],
    ]);
    const bare = await data.createDataset('bare');
    await data.collect(bare, 'a,b\n1,2\n');
    const kept = await data.createDataset('kept', [{ column: 'a', classification: 'public' }]);
    await data.defineContract(kept, [{ name: 'there', kind: 'not_null', columns: ['a'], action: 'flag' }]);
    await data.collect(kept, 'a,b\n1,2\n');
    expect(await measure(['D1', 'D2', 'D3', 'S1'])).toEqual([
      ['D1', 1, 2],
      ['D2', 1, 2],
      ['D3', 1, 4],
    ]);
    await expect(measure([], 'features')).rejects.toMatchObject({ kind: 'forbidden' });
  });
});
