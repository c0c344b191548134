import { HISTOGRAM_BINS } from './bins.js';
import { type SplitRules } from './split-rules.js';

/** Sizes that every thread of one training must agree on. */
export interface ArenaShape {
  readonly rows: number;
  readonly validationRows: number;
  readonly features: number;
  readonly leaves: number;
  readonly bins: number;
  readonly rules: SplitRules;
}

/** Cells of the control array; TICKET and DONE are waited on. */
export const CONTROL = {
  ticket: 0,
  done: 1,
  task: 2,
  stop: 3,
  activeFeatures: 4,
  begin: 5,
  end: 6,
  smallSlot: 7,
  largeSlot: 8,
  smallRows: 9,
  largeRows: 10,
  infinite: 11,
} as const;
/** Cells of the sums array: gradient and hessian of the two leaves under work. */
export const SUMS = { smallGradient: 0, smallHessian: 1, largeGradient: 2, largeHessian: 3 } as const;
/** Numbers of one histogram slot: summed gradient, summed hessian, rows. */
export const SLOT = 3;
/** Cells of one candidate split. */
export const SPLIT = { gain: 0, bin: 1, missingLeft: 2, leftGradient: 3, leftHessian: 4, leftRows: 5, size: 6 } as const;

/** Rows of one chunk task: fixed by the rows alone, so that partial sums are added in the same order on any number of threads. */
export function chunkRows(rows: number): number {
  return Math.max(8192, Math.ceil(rows / 2048));
}

/** The memory all threads of one training share. Each field is written by one task at a time; `control` is atomic. */
export interface Arena {
  readonly shape: ArenaShape;
  readonly control: Int32Array;
  readonly sums: Float64Array;
  /** Raw values by feature: training rows, then validation rows. */
  readonly values: Float32Array;
  readonly bins: Uint8Array;
  readonly validationBins: Uint8Array;
  /** Bounds by feature, padded to 256, and how many are in use. */
  readonly bounds: Float32Array;
  readonly boundCounts: Int32Array;
  readonly labels: Uint8Array;
  readonly validationLabels: Uint8Array;
  readonly scores: Float64Array;
  readonly validationScores: Float64Array;
  /** Gradient and hessian by row, and the same in the order of the rows of the leaf under work. */
  readonly gradients: Float32Array;
  readonly ordered: Float32Array;
  /** Row numbers, the rows of one leaf side by side. */
  readonly order: Int32Array;
  /** One histogram per leaf: features × 256 × SLOT. */
  readonly histograms: Float64Array;
  /** Features the current tree may use. */
  readonly active: Int32Array;
  /** Best split by feature: of the small leaf, then of the large one. */
  readonly splits: Float64Array;
  /** Summed log-loss by chunk. */
  readonly losses: Float64Array;
  /** The tree under work, by node: feature, bin, missing goes left, left, right child. */
  readonly nodes: Int32Array;
  readonly leafValues: Float64Array;
}
export const NODE = { feature: 0, bin: 1, missingLeft: 2, left: 3, right: 4, size: 5 } as const;

const ARRAYS = {
  control: { type: Int32Array, length: () => 16 },
  sums: { type: Float64Array, length: () => 4 },
  values: { type: Float32Array, length: (s: ArenaShape) => (s.rows + s.validationRows) * s.features },
  bins: { type: Uint8Array, length: (s: ArenaShape) => s.rows * s.features },
  validationBins: { type: Uint8Array, length: (s: ArenaShape) => s.validationRows * s.features },
  bounds: { type: Float32Array, length: (s: ArenaShape) => s.features * HISTOGRAM_BINS },
  boundCounts: { type: Int32Array, length: (s: ArenaShape) => s.features },
  labels: { type: Uint8Array, length: (s: ArenaShape) => s.rows },
  validationLabels: { type: Uint8Array, length: (s: ArenaShape) => s.validationRows },
  scores: { type: Float64Array, length: (s: ArenaShape) => s.rows },
  validationScores: { type: Float64Array, length: (s: ArenaShape) => s.validationRows },
  gradients: { type: Float32Array, length: (s: ArenaShape) => s.rows * 2 },
  ordered: { type: Float32Array, length: (s: ArenaShape) => s.rows * 2 },
  order: { type: Int32Array, length: (s: ArenaShape) => s.rows },
  histograms: { type: Float64Array, length: (s: ArenaShape) => s.leaves * s.features * HISTOGRAM_BINS * SLOT },
  active: { type: Int32Array, length: (s: ArenaShape) => s.features },
  splits: { type: Float64Array, length: (s: ArenaShape) => s.features * 2 * SPLIT.size },
  losses: { type: Float64Array, length: (s: ArenaShape) => Math.ceil(Math.max(s.rows, s.validationRows) / 8192) },
  nodes: { type: Int32Array, length: (s: ArenaShape) => s.leaves * 2 * NODE.size },
  leafValues: { type: Float64Array, length: (s: ArenaShape) => s.leaves * 2 },
} as const;
type ArrayName = keyof typeof ARRAYS;

/** What is posted to a thread, to be opened there. */
export interface ArenaMemory {
  readonly shape: ArenaShape;
  readonly buffers: Readonly<Record<ArrayName, SharedArrayBuffer>>;
}

/** Bytes an arena of this shape takes. */
export function arenaBytes(shape: ArenaShape): number {
  return Object.values(ARRAYS).reduce((sum, array) => sum + array.length(shape) * array.type.BYTES_PER_ELEMENT, 0);
}

export function allocateArena(shape: ArenaShape): ArenaMemory {
  const buffers = Object.entries(ARRAYS).map(([name, array]) => [
    name,
    new SharedArrayBuffer(array.length(shape) * array.type.BYTES_PER_ELEMENT),
  ]);
  return { shape, buffers: Object.fromEntries(buffers) as ArenaMemory['buffers'] };
}

export function openArena({ shape, buffers }: ArenaMemory): Arena {
  const view = <View>(name: ArrayName, type: new (buffer: SharedArrayBuffer) => View): View => new type(buffers[name]);
  const arrays = Object.entries(ARRAYS).map(([name, array]) => [name, view<unknown>(name as ArrayName, array.type)]);
  return { shape, ...(Object.fromEntries(arrays) as Omit<Arena, 'shape'>) };
}
