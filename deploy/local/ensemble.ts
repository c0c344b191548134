import { fileURLToPath } from 'node:url';
import { readEnv, type z } from '#libs/config';
import type { RunningService } from '#libs/host';
import type { ServiceName } from '#libs/identity';
import type { Environment } from './environment.js';
import { ServiceProcess } from './service-process.js';

/** All services, however they run. */
export interface Ensemble {
  /** Drains one service; the others go on. */
  stop(service: ServiceName): Promise<void>;
  /** The process of a service: our own where all share one. */
  pidOf(service: ServiceName): number | undefined;
}

export interface EnsembleOptions {
  readonly services: readonly ServiceName[];
  readonly environmentOf: (service: ServiceName) => Environment;
  readonly drainMs: number;
  readonly say: (sentence: string) => void;
  /** Told every process that was started. */
  readonly onProcess: (service: ServiceName, pid: number) => void;
}

/** Past its drain a service gets this long to close its connections. */
const STOP_GRACE_MS = 5_000;

interface ServiceModules {
  readonly env: Readonly<Record<string, z.ZodType>>;
  readonly app: { start(env: unknown): Promise<RunningService> };
}

/** Starts every service in this process, each its own Nest app with its own ports. */
export async function startTogether({ services, environmentOf, drainMs }: EnsembleOptions): Promise<Ensemble> {
  const starts = await Promise.allSettled(services.map((service) => startHere(service, environmentOf(service))));
  const running = new Map(
    starts.flatMap((start) => (start.status === 'fulfilled' ? [[start.value.service, start.value] as const] : [])),
  );
  const stop = (service: ServiceName): Promise<void> => bounded(running.get(service)?.stop(), drainMs + STOP_GRACE_MS);
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed) {
    await Promise.allSettled([...running.keys()].map(stop));
    throw failed.reason;
  }
  return { stop, pidOf: () => process.pid };
}

async function startHere(service: ServiceName, environment: Environment): Promise<RunningService> {
  const modules: ServiceModules = {
    env: (await import(moduleOf(service, 'env'))) as ServiceModules['env'],
    app: (await import(moduleOf(service, 'app'))) as ServiceModules['app'],
  };
  return modules.app.start(readEnv(modules.env[`${service}Env`]!, environment));
}

/** Starts every service in a process of its own; one that ends unasked is started again. */
export async function startApart({ services, environmentOf, drainMs, say, onProcess }: EnsembleOptions): Promise<Ensemble> {
  const processes = new Map(
    services.map((service) => {
      const options = {
        name: service,
        module: moduleOf(service, 'main'),
        environment: environmentOf(service),
        say,
        onStart: (pid: number) => onProcess(service, pid),
      };
      return [service, new ServiceProcess(options)] as const;
    }),
  );
  const stop = (service: ServiceName): Promise<void> => processes.get(service)!.stop(drainMs + STOP_GRACE_MS);
  try {
    await Promise.all([...processes.values()].map((service) => service.start()));
  } catch (error) {
    await Promise.allSettled(services.map(stop));
    throw error;
  }
  return { stop, pidOf: (service) => processes.get(service)?.pid };
}

/** The compiled module beside us: the launcher runs from dist. */
function moduleOf(service: ServiceName, name: 'main' | 'app' | 'env'): string {
  return fileURLToPath(new URL(`../../services/${service}/src/${name}.js`, import.meta.url));
}

async function bounded(work: Promise<void> | undefined, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
