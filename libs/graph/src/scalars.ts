import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { decimalOf, type Money } from '#libs/value';

function refuse(what: string, value: unknown): never {
  throw new GraphQLError(`${what} cannot be read from ${JSON.stringify(value)?.slice(0, 80)}`, {
    extensions: { code: 'INVALID', problem: 'graph/scalar' },
  });
}

function readDateTime(value: unknown): Date {
  // RFC 3339 with an offset: a local time without one would mean something else on each machine.
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value))
    return refuse('a DateTime', value);
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? refuse('a DateTime', value) : instant;
}

function readDate(value: unknown): string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : refuse('a Date', value);
}

function readLong(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : refuse('a Long', String(value));
}

function readDecimal(value: unknown): string {
  return typeof value === 'string' && /^-?\d{1,18}(\.\d{1,9})?$/.test(value) ? value : refuse('a Decimal', value);
}

function scalar<Internal>(
  name: string,
  read: (value: unknown) => Internal,
  write: (value: unknown) => string | number,
): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize: write,
    parseValue: read,
    parseLiteral: (node) =>
      read(node.kind === Kind.STRING ? node.value : node.kind === Kind.INT ? Number(node.value) : undefined),
  });
}

/** Resolvers of the types every subgraph shares: resolvers hand over `Money` of #libs/value as it is. */
export const SHARED_TYPES = {
  Money: { amount: (amount: Money): string => decimalOf(amount) },
  DateTime: scalar('DateTime', readDateTime, (value) => (value instanceof Date ? value : readDateTime(value)).toISOString()),
  Date: scalar('Date', readDate, readDate),
  Long: scalar('Long', readLong, readLong),
  Decimal: scalar('Decimal', readDecimal, readDecimal),
} as const;
