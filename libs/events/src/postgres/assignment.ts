import { fnv1a } from '../partition.js';

/** A live member of a group and the topics it reads. */
export interface Member {
  readonly id: string;
  readonly topics: readonly string[];
}

/**
 * The partitions of `topic` that belong to `member`. Every member computes the same division from the same list, so
 * nobody has to lead; the topic's hash turns the circle, so that one member does not get partition 0 of everything.
 */
export function partitionsFor(member: string, members: readonly Member[], topic: string, partitions: number): readonly number[] {
  const readers = members.filter((candidate) => candidate.topics.includes(topic)).map((candidate) => candidate.id);
  readers.sort();
  const place = readers.indexOf(member);
  if (place < 0) return [];
  const turn = fnv1a(topic);
  return Array.from({ length: partitions }, (_, part) => part).filter((part) => (part + turn) % readers.length === place);
}
