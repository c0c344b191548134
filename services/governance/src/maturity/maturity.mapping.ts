import { EntitySchema } from 'typeorm';
import type { DeclaredLevel } from './maturity.js';

/** Append-only: the newest row of a question is what is declared now. */
export const declaredLevelMapping = new EntitySchema<DeclaredLevel>({
  name: 'declared_level',
  columns: {
    id: { type: 'text', primary: true },
    workspace: { type: 'text' },
    question: { type: 'text' },
    level: { type: 'integer' },
    note: { type: 'text' },
    declaredBy: { name: 'declared_by', type: 'text' },
    declaredAs: { name: 'declared_as', type: 'text' },
    declaredAt: { name: 'declared_at', type: 'timestamptz', precision: 3 },
  },
});
