import { ByteReader, ByteWriter, damaged } from './byte-codec.js';
import { CategorySketch } from './category-sketch.js';
import { HistogramSketch } from './histogram-sketch.js';

// First byte says what follows, second its version.
const HISTOGRAM = 0x48;
const CATEGORIES = 0x43;
const VERSION = 1;

/** A sketch of a column: numeric or text. */
export type Sketch = HistogramSketch | CategorySketch;

/** Binary form of a sketch, cuts or categories included; equal sketches give equal bytes. */
export function encodeSketch(sketch: Sketch): Uint8Array {
  const writer = new ByteWriter();
  if (sketch instanceof HistogramSketch) {
    writer.byte(HISTOGRAM).byte(VERSION).whole(sketch.edges.length);
    sketch.edges.forEach((edge) => writer.double(edge));
    sketch.counts.forEach((count) => writer.whole(count));
    return writer.whole(sketch.missing).double(sketch.low).double(sketch.high).finish();
  }
  writer.byte(CATEGORIES).byte(VERSION).whole(sketch.categories.length);
  sketch.categories.forEach((category) => writer.text(category));
  sketch.counts.forEach((count) => writer.whole(count));
  return writer.whole(sketch.other).whole(sketch.missing).finish();
}

/** The sketch of its binary form; `invalid` (`statistics/sketch-damaged`) for any other bytes. */
export function decodeSketch(bytes: Uint8Array): Sketch {
  const reader = new ByteReader(bytes);
  const kind = reader.byte();
  if (kind !== HISTOGRAM && kind !== CATEGORIES) throw damaged('its first byte names no kind');
  if (reader.byte() !== VERSION) throw damaged('its version is not known');
  const sketch = kind === HISTOGRAM ? readHistogram(reader) : readCategories(reader);
  reader.finish();
  return sketch;
}

function readHistogram(reader: ByteReader): HistogramSketch {
  const edges = new Float64Array(reader.count(8));
  for (let i = 0; i < edges.length; i++) edges[i] = reader.double();
  const sketch = new HistogramSketch(edges);
  for (let i = 0; i < sketch.counts.length; i++) sketch.counts[i] = reader.whole();
  sketch.missing = reader.whole();
  sketch.low = reader.double();
  sketch.high = reader.double();
  return sketch;
}

function readCategories(reader: ByteReader): CategorySketch {
  const categories = Array.from({ length: reader.count(1) }, () => reader.text());
  const sketch = new CategorySketch(categories);
  for (let i = 0; i < sketch.counts.length; i++) sketch.counts[i] = reader.whole();
  sketch.other = reader.whole();
  sketch.missing = reader.whole();
  return sketch;
}
