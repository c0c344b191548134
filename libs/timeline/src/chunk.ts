import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import type { ColumnEncoding, StoredValue, TimelineChunk, TimelineEntry } from './timeline.js';

const FORMAT = 1;
const NUMBER = 64;
const TEXT = 65;
const MAX_ENTRIES = 64;
/** PostgreSQL keeps a row of this size in its page; a longer one costs a second look-up. */
const MAX_BYTES = 1_900;

export interface ChunkLimits {
  readonly maxEntries?: number;
  /** A chunk with one entry may be longer. */
  readonly maxBytes?: number;
}

/**
 * Cuts a timeline into chunks that each stand alone: the layout, then each entry as the difference from the one before it. A reader
 * walks at most `maxEntries` entries of a few bytes, which costs less than unpacking them for a binary search would.
 * @param entries by strictly growing known time
 */
export function* packTimeline(
  layout: readonly ColumnEncoding[],
  entries: Iterable<TimelineEntry>,
  { maxEntries = MAX_ENTRIES, maxBytes = MAX_BYTES }: ChunkLimits = {},
): Generator<TimelineChunk> {
  const packer = new Packer(layout);
  for (const entry of entries) {
    if (packer.entryCount === maxEntries) yield packer.close();
    const before = packer.add(entry);
    if (packer.sizeBytes <= maxBytes || packer.entryCount === 1) continue;
    packer.undo(before);
    yield packer.close();
    packer.add(entry);
  }
  if (packer.entryCount > 0) yield packer.close();
}

interface Checkpoint {
  readonly length: number;
  readonly knownMs: number;
}

class Packer {
  entryCount = 0;
  private readonly head: Uint8Array;
  private readonly body = new ByteWriter();
  private readonly units: number[];
  private firstKnownMs = 0;
  private knownMs = 0;

  constructor(private readonly layout: readonly ColumnEncoding[]) {
    const head = new ByteWriter();
    head.byte(FORMAT);
    head.unsigned(layout.length);
    for (const column of layout) head.byte(codeOf(column));
    this.head = head.slice(0, head.length);
    this.units = layout.map(() => 0);
  }

  get sizeBytes(): number {
    return this.head.length + this.body.length;
  }

  add({ knownMs, values }: TimelineEntry): Checkpoint {
    const before = { length: this.body.length, knownMs: this.knownMs };
    if (this.entryCount === 0) this.firstKnownMs = knownMs;
    else if (knownMs <= this.knownMs) throw new Error('a timeline must grow in known time');
    this.body.signed(knownMs - this.knownMs);
    this.knownMs = knownMs;
    for (const [index, column] of this.layout.entries()) this.addValue(index, column, values[index] ?? null);
    this.entryCount++;
    return before;
  }

  /** Only right before `close`, which forgets the differences' starting points anyway. */
  undo({ length, knownMs }: Checkpoint): void {
    this.body.rewind(length);
    this.knownMs = knownMs;
    this.entryCount--;
  }

  close(): TimelineChunk {
    const payload = new Uint8Array(this.sizeBytes);
    payload.set(this.head);
    payload.set(this.body.slice(0, this.body.length), this.head.length);
    const chunk = { firstKnownMs: this.firstKnownMs, entryCount: this.entryCount, payload };
    this.body.rewind(0);
    this.units.fill(0);
    this.knownMs = 0;
    this.entryCount = 0;
    return chunk;
  }

  private addValue(index: number, column: ColumnEncoding, value: StoredValue): void {
    switch (column.kind) {
      case 'number':
        return this.body.double(typeof value === 'number' ? value : NaN);
      case 'text':
        return this.body.text(typeof value === 'string' ? value : null);
      case 'whole': {
        if (typeof value !== 'number') throw new Error('a whole column has no missing values');
        const units = value * 2 ** column.fractionBits;
        this.body.signed(units - this.units[index]!);
        this.units[index] = units;
      }
    }
  }
}

/** The last entry of a chunk that was known at `momentMs`; undefined where its first one became known later. */
export function entryAt(payload: Uint8Array, momentMs: number): TimelineEntry | undefined {
  const reader = new ByteReader(payload);
  const layout = readLayout(reader);
  const units = new Float64Array(layout.length);
  let knownMs = 0;
  let lastValuesAt = -1;
  while (reader.at < payload.length) {
    const next = knownMs + reader.signed();
    if (next > momentMs) break;
    knownMs = next;
    lastValuesAt = reader.at;
    for (let i = 0; i < layout.length; i++) skipValue(reader, layout[i]!, units, i);
  }
  if (lastValuesAt < 0) return undefined;
  reader.at = lastValuesAt;
  return { knownMs, values: layout.map((code, i) => readValue(reader, code, units[i]!)) };
}

function codeOf(column: ColumnEncoding): number {
  switch (column.kind) {
    case 'number':
      return NUMBER;
    case 'text':
      return TEXT;
    case 'whole':
      return column.fractionBits;
  }
}

function readLayout(reader: ByteReader): readonly number[] {
  const format = reader.byte();
  if (format !== FORMAT) throw new Error(`a timeline chunk has format ${format}`);
  return Array.from({ length: reader.unsigned() }, () => reader.byte());
}

function skipValue(reader: ByteReader, code: number, units: Float64Array, index: number): void {
  if (code === NUMBER) reader.at += 8;
  else if (code === TEXT) reader.skipText();
  else units[index]! += reader.signed();
}

function readValue(reader: ByteReader, code: number, units: number): StoredValue {
  if (code === TEXT) return reader.text();
  if (code !== NUMBER) {
    reader.signed();
    return units / 2 ** code;
  }
  const value = reader.double();
  return Number.isNaN(value) ? null : value;
}
