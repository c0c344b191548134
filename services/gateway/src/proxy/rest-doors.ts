import type { Backend } from '../supergraph/backend.js';

/** A REST door of the gateway: who implements it, and how much may be sent through. */
export interface RestDoor {
  /** The path and everything under it. */
  readonly prefix: `/${string}`;
  readonly service: Backend;
  readonly methods: readonly string[];
  /** Which bound of the environment holds for bodies. */
  readonly body: 'upload';
}

/** Each door is implemented by the service that owns the matter; the gateway streams it through. */
export const REST_DOORS: readonly RestDoor[] = [
  { prefix: '/uploads', service: 'data', methods: ['POST', 'PUT', 'GET', 'HEAD', 'DELETE'], body: 'upload' },
];

/** The door that a normalised path belongs to. */
export function doorOf(path: string, doors: readonly RestDoor[] = REST_DOORS): RestDoor | undefined {
  return doors.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}
