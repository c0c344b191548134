import { Problem } from '#libs/problem';

const PRECISION = 1e-15;
const MOST_TERMS = 10_000;

/** ln Γ(x), x > 0: Lanczos' approximation with g = 7, nine terms (relative error about 1e-15). */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905, -0.13857109526572012,
    9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  let sum = 0.9999999999998099;
  terms.forEach((term, i) => (sum += term / (x + i)));
  const shifted = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}

/**
 * P(X >= x) for X chi-square distributed: the regularised upper incomplete gamma function Q(df / 2, x / 2), by series below and by
 * Lentz' continued fraction above the mean (Press et al., Numerical Recipes, 6.2).
 *
 * @param degrees degrees of freedom, above 0
 */
export function chiSquareSurvival(x: number, degrees: number): number {
  if (!(degrees > 0)) throw new Problem('invalid', 'statistics/degrees', 'degrees of freedom must be above 0', { degrees });
  if (!(x > 0)) return 1;
  if (x === Infinity) return 0;
  const shape = degrees / 2;
  const half = x / 2;
  const scale = Math.exp(shape * Math.log(half) - half - logGamma(shape));
  const survival = half < shape + 1 ? 1 - scale * lowerSeries(shape, half) : scale * upperFraction(shape, half);
  return Math.min(Math.max(survival, 0), 1);
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && term > sum * PRECISION; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum;
}

function upperFraction(shape: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < MOST_TERMS; i++) {
    const a = -i * (i - shape);
    b += 2;
    d = 1 / (a * d + b || tiny);
    c = b + a / c || tiny;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return fraction;
}

/**
 * P(K >= x) for Kolmogorov's limit distribution; the alternating series above 1, its theta-function dual below, where the first
 * converges slowly (Marsaglia, Tsang & Wang, J. Stat. Software 2003).
 */
export function kolmogorovSurvival(x: number): number {
  if (!(x > 0)) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k <= 20; k++) sum += Math.exp(-((2 * k - 1) ** 2 * Math.PI ** 2) / (8 * x * x));
    return Math.min(Math.max(1 - (Math.sqrt(2 * Math.PI) / x) * sum, 0), 1);
  }
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(Math.max(sum, 0), 1);
}

/**
 * P-value of a two-sample Kolmogorov–Smirnov distance with Stephens' small-sample correction (JRSS B 1970).
 * Ties and binning make it conservative.
 *
 * @param sizeA effective rows of each sample; may be a fraction where rows come in clusters
 */
export function kolmogorovSmirnovPValue(distance: number, sizeA: number, sizeB: number): number {
  const root = Math.sqrt((sizeA * sizeB) / (sizeA + sizeB));
  return kolmogorovSurvival((root + 0.12 + 0.11 / root) * distance);
}
