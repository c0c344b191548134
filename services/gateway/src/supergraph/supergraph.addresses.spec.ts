import { supergraphSdl } from '../supergraph.generated.js';
import { BACKENDS } from './backend.js';
import { withAddresses } from './supergraph.addresses.js';

const addresses = Object.fromEntries(BACKENDS.map((backend) => [backend, `http://10.0.0.1/${backend}/graphql`]));

describe('the supergraph', () => {
  it('carries the addresses of this installation and none of its placeholders', () => {
    const routed = withAddresses(supergraphSdl, addresses);
    for (const address of Object.values(addresses)) expect(routed).toContain(`url: "${address}"`);
    expect(routed).not.toContain('.invalid');
  });

  it('refuses to leave a service without an address', () => {
    const { data: _, ...others } = addresses;
    expect(() => withAddresses(supergraphSdl, others)).toThrow(
      expect.objectContaining({ slug: 'gateway/subgraph-without-address' }),
    );
  });
});
