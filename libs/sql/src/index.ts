export {
  FILE_FORMATS,
  type CheckRequest,
  type ColumnSchema,
  type ColumnsRequest,
  type FileFormat,
  type IngestRequest,
  type MaterializeRequest,
  type MaterializedObject,
  type QueryRequest,
  type SelectRequest,
  type SourceRequest,
  type SqlEngine,
  type SqlParameter,
  type TableProfile,
  type TableSchema,
  type TableSource,
} from './sql-engine.js';
export {
  cellAt,
  columnOf,
  numbersOf,
  rowsOf,
  stringsOf,
  type BooleanColumn,
  type Cell,
  type Column,
  type ColumnKind,
  type ColumnarResult,
  type Float32Column,
  type Float64Column,
  type Int32Column,
  type NumberColumn,
  type StringColumn,
  type TimestampColumn,
} from './columnar-result.js';
export type { ColumnProfile } from './profile.js';
export { DuckDbSqlEngine, type DuckDbOptions } from './duckdb-sql-engine.js';
export { identifier, literal } from './identifier.js';
