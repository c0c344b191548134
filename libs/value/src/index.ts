export { decimalOf, minorDigits, minus, money, parseMoney, plus, type Money } from './money.js';
export { breakEvenProbability, payoffOf, payoffsOf, payoffUnit, type Payoffs } from './payoffs.js';
export { decisionsIn, EMPTY_TALLY, joinTallies, tallyByDay, tallyOf, valueOf, type Tally } from './tally.js';
export { actsOf, ALWAYS_THRESHOLD, bestThreshold, NEVER_THRESHOLD, type ChosenThreshold, type Policy } from './policy.js';
export { AS_MADE, perMonth, perThousand, scaleMoney, toVolume, type Scale } from './scale.js';
export { estimateDifference, estimateValue, missedValue, promisedValue, totalTally, type ValueEstimate } from './estimate.js';
