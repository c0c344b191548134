/** `durable`: what was acknowledged survives a power cut. `volatile`: faster, for the throw-away databases of tests only. */
export type Durability = 'durable' | 'volatile';

/** Sizes of one server; the defaults are for a laptop that also runs every service. */
export interface PostgresMemory {
  readonly sharedBuffersMb: number;
  readonly workMemMb: number;
  readonly maxConnections: number;
}

/** Eight services hold a pool of five and a few for leases, notifications and the pipeline engine. */
export const SMALL_MACHINE: PostgresMemory = { sharedBuffersMb: 64, workMemMb: 8, maxConnections: 100 };

export function serverFlags(port: number, memory: PostgresMemory, durability: Durability): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '', // a socket path under a deep folder passes the 107 bytes the kernel allows
    shared_buffers: `${memory.sharedBuffersMb}MB`,
    work_mem: `${memory.workMemMb}MB`,
    maintenance_work_mem: '64MB',
    max_connections: memory.maxConnections,
    max_wal_size: '512MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_logical_replication_workers: 0, // spares a process
    io_method: 'sync', // the default starts three more processes
    max_parallel_workers_per_gather: 0, // parallel plans need /dev/shm, which containers keep tiny, and the cores are few
    jit: 'off',
    transaction_timeout: '120s', // a longer write transaction holds back every reader of the event log
    idle_in_transaction_session_timeout: '60s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'log', // a refused statement is the caller's to report; its text may hold classified values
    log_min_error_statement: 'panic',
    ...(durability === 'volatile' ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' } : {}),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
