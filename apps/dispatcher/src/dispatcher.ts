import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Configuration,
  type EngineLog,
  type Store,
  idMaker,
  openPostgres,
  openSqlite,
  startEngine,
  systemClock,
  unopened,
} from "@syncbell/engine";
import { ApiDestinations } from "./api-destinations.ts";
import { createApp } from "./app.ts";
import { type Config, EMPTY_CONFIG } from "./config/config.ts";
import type { Keys } from "./keys.ts";
import { databaseName, isPostgres } from "./settings.ts";
import { type NewSecret, fillMadeSecrets } from "./made-secrets.ts";

/** How long a shutdown waits for what is under way, in milliseconds: longer than an attempt. */
const DRAIN_MS = 20_000;
/** How long it waits for requests that are still coming in or being answered, in milliseconds. */
const ANSWER_MS = 5_000;

/**
 * How long a request may take to come in whole, in milliseconds: what stalls takes the room of others.
 * It is looked at every two seconds.
 */
const REQUEST_MS = 20_000;
const CHECK_MS = 2_000;

export interface DispatcherOptions {
  /** Absent: there is no config file, and what is owed to the destinations of an earlier one is kept. */
  readonly config: Config | undefined;
  readonly keys: Keys;
  /** The path of the SQLite file, or the URL of the Postgres database. */
  readonly database: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly log: EngineLog;
  /**
   * Told of each secret that is made for a destination of the config, to be shown once. At once: a start
   * that fails after that has still made it.
   */
  readonly onNewSecret: (secret: NewSecret) => void;
}

/** A dispatcher that serves. */
export interface Dispatcher {
  readonly url: string;
  /**
   * Puts another config in the place of the one in effect, whole; one at a time. Where it rejects, the old
   * one stays in effect, and it is to be tried again.
   */
  readonly configure: (config: Config) => Promise<void>;
  /** Takes no more connections, answers and delivers what is under way, closes the store. */
  stop(): Promise<void>;
}

/** Opens the store, starts delivering and serves the API. Rejects when a part of it can't start. */
export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const store = await openStore(options.database);
  try {
    return await startOn(store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Neither SQLite nor Postgres says which database it can't open. */
async function openStore(database: string): Promise<Store> {
  try {
    return await (isPostgres(database) ? openPostgres(database) : openSqlite(database));
  } catch (error) {
    throw unopened(databaseName(database), error);
  }
}

async function startOn(store: Store, options: DispatcherOptions): Promise<Dispatcher> {
  const { keys, log, host, port } = options;
  const config = options.config ?? EMPTY_CONFIG;
  let { channels } = config;
  const apiDestinations = new ApiDestinations({
    channels: () => channels,
    secretKey: keys.secretKey,
    makeId: idMaker(systemClock),
  });
  const configurationOf = async (given: Config): Promise<Configuration> => ({
    ...given,
    destinations: await fillMadeSecrets(
      given.destinations,
      store,
      keys.secretKey,
      systemClock.now(),
      options.onNewSecret,
    ),
    revive: (stored) => apiDestinations.revive(stored, given.channels),
  });
  const configuration = await configurationOf(config);
  const engine = await startEngine({
    ...configuration,
    destinations: options.config && configuration.destinations,
    store,
    clock: systemClock,
    log,
    random: Math.random,
    secretKey: keys.secretKey,
  });
  let draining = false;
  const { adminToken } = keys;
  const server = createServer(
    { requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
    createApp({
      engine,
      channels: () => channels,
      apiDestinations,
      adminToken,
      log,
      isDraining: () => draining,
    }),
  );
  // A connection that is kept alive after its answer would keep a shutdown waiting.
  const letGo = (): void => {
    if (draining) setImmediate(() => server.closeIdleConnections());
  };
  server.on("request", (_, response) => response.once("close", letGo));
  try {
    await listen(server, host, port);
  } catch (error) {
    await engine.drain(DRAIN_MS);
    throw error;
  }
  return {
    url: urlOf(server, host),
    configure: async (next) => {
      await engine.configure(await configurationOf(next));
      ({ channels } = next);
    },
    async stop() {
      draining = true;
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      const cutOff = setTimeout(() => server.closeAllConnections(), ANSWER_MS);
      await Promise.all([closed, engine.drain(DRAIN_MS)]);
      clearTimeout(cutOff);
      await store.close();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
