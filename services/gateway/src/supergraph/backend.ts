/** The services that own a part of the graph. */
export const BACKENDS = ['data', 'features', 'training', 'registry', 'serving', 'monitoring', 'governance'] as const;
export type Backend = (typeof BACKENDS)[number];
