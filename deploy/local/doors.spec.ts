import { createServer, type AddressInfo } from 'node:net';
import { planDoors, requireFree } from './doors.js';

describe('the doors', () => {
  it('stand as the table of the architecture says', () => {
    const { http, grpc, postgres } = planDoors(4000, 5000, true);
    expect(http).toEqual({
      gateway: 4000,
      data: 4001,
      features: 4002,
      training: 4003,
      registry: 4004,
      serving: 4005,
      monitoring: 4006,
      governance: 4007,
    });
    expect(grpc.serving).toBe(5005);
    expect(postgres).toBe(4010);
    expect(planDoors(4000, 5000, false)).not.toHaveProperty('postgres');
  });

  it('are all named where another program has them', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const doors = planDoors(21_000, 22_000, false);
    await expect(requireFree({ ...doors, grpc: { ...doors.grpc, serving: port } })).rejects.toMatchObject({
      kind: 'conflict',
      facts: { ports: [String(port)] },
      message: expect.stringContaining(`${port} (serving's gRPC)`),
    });
    await new Promise((resolve) => squatter.close(resolve));
  });
});
