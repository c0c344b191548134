import { ValueType } from '#contracts/platform/v1/object';
import { DataFixture } from '../fixture/data.fixture.js';

describe('resolving a dataset for another service', () => {
  let data: DataFixture;
  let id: string;
  let versionId: string;
  beforeAll(async () => {
    data = await DataFixture.start();
    id = await data.createDataset('people', [{ column: 'name', classification: 'confidential' }]);
    versionId = (await data.collect(id, 'n,name\n1,ann\n')).datasetVersion!.id;
  });
  afterAll(() => data.stop());

  it('gives the version by its id, or the newest by the name or id of its dataset', async () => {
    const peer = data.peer('features');
    const call = { workspace: 'main', deadlineMs: 5_000 };
    for (const which of [
      { $case: 'versionId', value: versionId },
      { $case: 'datasetName', value: 'people' },
      { $case: 'datasetId', value: id },
    ] as const) {
      const { version } = await peer.getDatasetVersion({ which }, call);
      expect(version).toMatchObject({
        id: versionId,
        datasetId: id,
        datasetName: 'people',
        number: 1,
        rowCount: 1n,
        inputVersionIds: [],
      });
      expect(version!.object).toMatchObject({
        mediaType: 'application/vnd.apache.parquet',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(version!.columns).toEqual([
        { name: 'n', type: ValueType.VALUE_TYPE_NUMBER, nullable: false, classification: 'internal' },
        { name: 'name', type: ValueType.VALUE_TYPE_TEXT, nullable: false, classification: 'confidential' },
      ]);
    }
    const missing = peer.getDatasetVersion({ which: { $case: 'datasetName', value: 'none' } }, call);
    await expect(missing).rejects.toMatchObject({ kind: 'not-found', slug: 'data/dataset' });
    await expect(peer.getDatasetVersion({ which: undefined }, call)).rejects.toMatchObject({
      kind: 'invalid',
      slug: 'data/reference',
    });
    peer.close();
  });

  it('stays inside the workspace of the caller', async () => {
    const peer = data.peer('features', 'other');
    const foreign = peer.getDatasetVersion(
      { which: { $case: 'versionId', value: versionId } },
      { workspace: 'other', deadlineMs: 5_000 },
    );
    await expect(foreign).rejects.toMatchObject({ slug: 'data/dataset-version' });
    peer.close();
  });

  it('leaves a record of the read, audited where values are confidential', async () => {
    const { dataset } = await data.ask<{ dataset: { reads: { edges: { node: object }[] } } }>(
      `{ dataset(name: "people") { reads { edges { node { datasetVersionId reader readAs purpose confidential } } } } }`,
    );
    expect(dataset.reads.edges[0]!.node).toEqual({
      datasetVersionId: versionId,
      reader: 'service:features',
      readAs: 'service:features',
      purpose: 'resolve',
      confidential: true,
    });
    const audits = await data.published('platform.v1.AuditRecorded', versionId);
    expect(audits.length).toBeGreaterThan(0);
    const refused = data.ask(`{ dataset(name: "people") { reads { edges { node { reader } } } } }`, {}, 'data-analyst');
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
