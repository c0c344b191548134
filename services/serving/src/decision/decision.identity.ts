import { createHash } from 'node:crypto';
import { ID_PREFIXES, newId } from '#libs/ids';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford base 32, as in every id

/** What makes a repeated row of a repeated request the same decision. */
export interface RowIdentity {
  readonly endpointId: string;
  /** Empty where the caller gave none: every call is then a new decision. */
  readonly requestId: string;
  readonly row: number;
  readonly rowKey: string;
  readonly momentMs: number;
  /** The time of a call is not stated by the caller, and a repetition has another one. */
  readonly momentStated: boolean;
}

/**
 * The id of a decision. A caller that names its request gets the same id when it asks again, so that an answer lost on the way, or a
 * process killed before it could answer, never makes a second decision. It has the form of every id: 48 bits of time, here the row's
 * moment, and 80 bits that no other row shares.
 */
export function decisionId({ endpointId, requestId, row, rowKey, momentMs, momentStated }: RowIdentity): string {
  if (requestId === '') return newId('decision');
  const moment = momentStated ? momentMs : 0;
  const digest = createHash('sha256')
    .update(JSON.stringify([endpointId, requestId, row, rowKey, moment]))
    .digest();
  const time = base32(BigInt(moment), 10);
  return `${ID_PREFIXES.decision}_${time}${base32(BigInt(`0x${digest.toString('hex', 0, 10)}`), 16)}`;
}

function base32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i += 1, rest >>= 5n) text = ALPHABET[Number(rest & 31n)]! + text;
  return text;
}
