import { z } from 'zod';

export { z };

/** The environment did not fit its schema; `faults` holds one line per variable, all of them at once. */
export class EnvironmentFault extends Error {
  override readonly name = 'EnvironmentFault';
  constructor(readonly faults: readonly string[]) {
    super(`the environment is not complete:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Parses the environment once, at boot. This is the only reader of `process.env` in libraries and services.
 * @throws EnvironmentFault naming every variable that is missing or wrong
 */
export function readEnv<Schema extends z.ZodType>(
  schema: Schema,
  source: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<Schema> {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  throw new EnvironmentFault(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}
