import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Problem } from '#libs/problem';

export type MigrationClass = new () => MigrationInterface;
/** `20261123T0612-model-version`: the minute it was written (UTC) and what it is about; the file has the same name. */
export type MigrationName = `${number}T${string}-${string}`;

/**
 * A forward-only migration of plain statements, each run in turn in one transaction. Merged migrations are never edited.
 * @throws Problem invalid for a name without its minute, because the order of migrations is the order of their minutes
 */
export function sqlMigration(name: MigrationName, statements: readonly string[]): MigrationClass {
  const stamped = `${name}-${minuteOf(name)}`; // TypeORM orders by the thirteen digits at a name's end
  return class implements MigrationInterface {
    readonly name = stamped;

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    down(): Promise<void> {
      return Promise.reject(
        new Problem('unimplemented', 'database/forward-only', `${name} cannot be undone: write a migration that follows it`),
      );
    }
  };
}

function minuteOf(name: string): number {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})-[a-z0-9-]+$/.exec(name);
  const ms = parts ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}Z`) : Number.NaN;
  if (Number.isNaN(ms))
    throw new Problem('invalid', 'database/migration-name', `${name} is not named like 20261123T0612-model-version`);
  return ms;
}
