/** Bin 0 holds missing values; bins 1 to `bounds.length` hold values up to their bound. */
export const MISSING_BIN = 0;
/** Slots of one feature in a histogram: the missing bin and up to 255 others. */
export const HISTOGRAM_BINS = 256;
/** Above every finite float32: the bound of the last bin, so that "missing against all others" is an ordinary split. */
export const LARGEST_FLOAT = 3.4028234663852886e38;

const SAMPLED_ROWS = 200_000;

/**
 * Upper bounds of a feature's bins: every distinct value has its own where there are few, quantiles of an even sample otherwise.
 * Bounds are float32 and lie between two values of the sample, so that the exported model separates exactly the same rows.
 */
export function findBounds(values: Float32Array, maxBins: number): Float32Array {
  const sorted = sortedSample(values);
  const distinct: number[] = [];
  const counts: number[] = [];
  sorted.forEach((value, i) => {
    if (i > 0 && value === sorted[i - 1]) counts[counts.length - 1]! += 1;
    else {
      distinct.push(value);
      counts.push(1);
    }
  });
  const bounds: number[] = [];
  const rowsPerBin = distinct.length <= maxBins ? 0 : sorted.length / maxBins;
  let collected = 0;
  for (let i = 0; i + 1 < distinct.length && bounds.length < maxBins - 1; i++) {
    collected += counts[i]!;
    if (collected < rowsPerBin) continue;
    bounds.push(between(distinct[i]!, distinct[i + 1]!));
    collected = Math.max(0, collected - rowsPerBin);
  }
  return Float32Array.from([...bounds, LARGEST_FLOAT]);
}

/** A float32 bound with `low <= bound < high`; the midpoint of two neighbours may round up to the higher one. */
function between(low: number, high: number): number {
  const middle = Math.fround((low + high) / 2);
  return middle < high ? middle : low;
}

/** An even sample without missing values, ascending; it depends on the rows only. */
function sortedSample(values: Float32Array): Float32Array {
  const size = Math.min(values.length, SAMPLED_ROWS);
  const step = values.length / size;
  const sample = new Float32Array(size);
  let present = 0;
  for (let i = 0; i < size; i++) {
    const value = values[Math.floor(i * step)]!;
    if (!Number.isNaN(value)) sample[present++] = value;
  }
  return sample.subarray(0, present).sort();
}

/** Writes each value's bin to `bins`; both start at the feature's first row. */
export function assignBins(values: Float32Array, bounds: Float32Array, bins: Uint8Array): void {
  for (let i = 0; i < values.length; i++) bins[i] = binOf(values[i]!, bounds);
}

function binOf(value: number, bounds: Float32Array): number {
  if (value !== value) return MISSING_BIN;
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= bounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

/** True where a value is neither finite nor missing. */
export function holdsInfinity(values: Float32Array): boolean {
  for (const value of values) if (value - value !== 0 && value === value) return true;
  return false;
}
