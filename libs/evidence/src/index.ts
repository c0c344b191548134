import type { DataSource } from 'typeorm';
import { EvidenceServiceService } from '#contracts/evidence/v1/evidence';
import { withWorkspace } from '#libs/database';
import { grpcDoor, type GrpcDoor } from '#libs/grpc';

/** A question of the maturity assessment, and the statement that answers it from a service's own tables. */
export interface EvidenceQuestion {
  /** Code of the question: "D2". */
  readonly question: string;
  /** What is counted, for a reader. */
  readonly explanation: string;
  /** One row `met, observed`, both integers: objects that meet the criterion, out of those there are. */
  readonly sql: string;
}

/** Objects that meet a question's criterion, out of those observed; nothing observed is not the same as nothing met. */
export interface Measure {
  readonly question: string;
  readonly met: number;
  readonly observed: number;
  readonly explanation: string;
}

/** Measures the asked questions among those known, or all of them where none is named, in one transaction of the workspace. */
export function measureBySql(
  db: DataSource,
  workspace: string,
  known: readonly EvidenceQuestion[],
  asked: readonly string[],
): Promise<readonly Measure[]> {
  return withWorkspace(db, workspace, async (tx) => {
    const measures: Measure[] = [];
    for (const { question, explanation, sql } of known) {
      if (asked.length > 0 && !asked.includes(question)) continue;
      const [row] = (await tx.query(sql)) as readonly { readonly met: number; readonly observed: number }[];
      measures.push({ question, explanation, met: row!.met, observed: row!.observed });
    }
    return measures;
  });
}

/** The gRPC door through which governance asks a service what its records say about the company's maturity. */
export function evidenceDoor(measure: (workspace: string, asked: readonly string[]) => Promise<readonly Measure[]>): GrpcDoor {
  return grpcDoor(
    EvidenceServiceService,
    { measureEvidence: ['service:governance'] },
    { measureEvidence: async ({ questions }, { viewer }) => ({ measures: [...(await measure(viewer.workspace, questions))] }) },
  );
}
