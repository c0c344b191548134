import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { CalibrationState } from '#libs/statistics';
import type { FeatureReference } from '../window/feature-reference.js';
import { bytesOfReference, referenceFromBytes } from './reference.codec.js';
import { DEFAULT_DAY_SHOCK_VARIANCE, type ReferenceKind, type WatchedKind, type WatchedVersion } from './watched-version.js';

const COLUMNS = `monitor_id as "monitorId", version_id as "versionId", kind, feature_service_id as "featureServiceId",
  day_shock_variance as "dayShockVariance", acted_day_shock_variance as "actedDayShockVariance",
  reference_kind as "referenceKind", reference_window as "referenceWindow", calibration`;

/** What the registry and the training set say of a version, to be frozen. */
export interface VersionFacts {
  readonly kind: Exclude<WatchedKind, 'unknown'>;
  readonly featureServiceId: string;
  readonly dayShockVariance: number;
  readonly actedDayShockVariance: number;
  readonly referenceKind: ReferenceKind;
  readonly reference: readonly FeatureReference[] | null;
}

@Injectable()
export class VersionRepository {
  constructor(private readonly db: DataSource) {}

  /** Notes versions that decided; what they are is asked later, outside any transaction. */
  async meet(tx: EntityManager, workspace: string, monitorId: string, versionIds: Iterable<string>): Promise<void> {
    await tx.query(
      `insert into watched_version (workspace, monitor_id, version_id, kind, feature_service_id, day_shock_variance, acted_day_shock_variance, reference_kind)
       select $1, $2, v, 'unknown', '', $4, $4, 'first-window' from unnest($3::text[]) v on conflict do nothing`,
      [workspace, monitorId, [...versionIds].sort(), DEFAULT_DAY_SHOCK_VARIANCE],
    );
  }

  unknown(workspace: string, monitorId: string): Promise<readonly string[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const rows = (await tx.query(
        `select version_id as id from watched_version where monitor_id = $1 and kind = 'unknown' order by 1`,
        [monitorId],
      )) as readonly { readonly id: string }[];
      return rows.map(({ id }) => id);
    });
  }

  /** Freezes what a version is compared with; the first to say so wins. */
  async freeze(workspace: string, monitorId: string, versionId: string, facts: VersionFacts): Promise<void> {
    await withWorkspace(this.db, workspace, (tx) =>
      tx.query(
        `update watched_version set kind = $3, feature_service_id = $4, day_shock_variance = $5, acted_day_shock_variance = $6, reference_kind = $7, reference = $8
          where monitor_id = $1 and version_id = $2 and kind = 'unknown'`,
        [
          monitorId,
          versionId,
          facts.kind,
          facts.featureServiceId,
          facts.dayShockVariance,
          facts.actedDayShockVariance,
          facts.referenceKind,
          facts.reference && bytesOfReference(facts.reference),
        ],
      ),
    );
  }

  of(tx: EntityManager, monitorId: string): Promise<readonly WatchedVersion[]> {
    return tx.query(`select ${COLUMNS} from watched_version where monitor_id = $1 order by version_id`, [monitorId]);
  }

  inWorkspace(workspace: string, monitorId: string): Promise<readonly WatchedVersion[]> {
    return withWorkspace(this.db, workspace, (tx) => this.of(tx, monitorId));
  }

  /** The frozen reference; undefined before it is frozen. */
  async reference(tx: EntityManager, monitorId: string, versionId: string): Promise<readonly FeatureReference[] | undefined> {
    const [row] = (await tx.query(`select reference from watched_version where monitor_id = $1 and version_id = $2`, [
      monitorId,
      versionId,
    ])) as readonly {
      readonly reference: Buffer | null;
    }[];
    return row?.reference ? referenceFromBytes(row.reference) : undefined;
  }

  /** Makes the first full window of a version its reference. */
  async freezeReference(
    tx: EntityManager,
    { monitorId, versionId }: WatchedVersion,
    window: Date,
    reference: readonly FeatureReference[],
  ): Promise<void> {
    await tx.query(
      `update watched_version set reference = $3, reference_window = $4
        where monitor_id = $1 and version_id = $2 and reference is null`,
      [monitorId, versionId, bytesOfReference(reference), window],
    );
  }

  async setCalibration(tx: EntityManager, { monitorId, versionId }: WatchedVersion, state: CalibrationState): Promise<void> {
    await tx.query(`update watched_version set calibration = $3 where monitor_id = $1 and version_id = $2`, [
      monitorId,
      versionId,
      JSON.stringify(state),
    ]);
  }
}
