import type { AnyChannel } from "@syncbell/core";
import type { Engine, EngineLog } from "@syncbell/engine";
import express, { type Express } from "express";
import { Admission } from "./admission.ts";
import type { ApiDestinations } from "./api-destinations.ts";
import { requireAdmin } from "./authentication.ts";
import { problemHandler, sendProblem } from "./problem.ts";
import { checkRoutes } from "./routes/check.ts";
import { channelRoutes } from "./routes/channels.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { destinationActionRoutes } from "./routes/destination-actions.ts";
import { destinationRoutes } from "./routes/destinations.ts";
import { eventRoutes } from "./routes/events.ts";
import { explainRoutes } from "./routes/explain.ts";
import { healthRoutes } from "./routes/health.ts";
import { inboundRoutes } from "./routes/inbound.ts";
import { quarantineRoutes } from "./routes/quarantine.ts";
import { replayRoutes } from "./routes/replays.ts";

export interface AppOptions {
  readonly engine: Engine;
  /** The channels that there are at the moment, by type. */
  readonly channels: () => ReadonlyMap<string, AnyChannel>;
  readonly apiDestinations: ApiDestinations;
  readonly adminToken: string;
  readonly log: EngineLog;
  readonly isDraining: () => boolean;
}

/** The HTTP API over an engine. */
export function createApp({
  engine,
  channels,
  apiDestinations,
  adminToken,
  log,
  isDraining,
}: AppOptions): Express {
  const app = express();
  const admission = new Admission();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(healthRoutes(engine, isDraining));
  app.use(inboundRoutes(engine, channels));
  app.use("/v1", requireAdmin(adminToken));
  app.use(eventRoutes(engine, admission));
  app.use(deliveryRoutes(engine));
  app.use(destinationRoutes(engine, apiDestinations));
  app.use(destinationActionRoutes(engine, apiDestinations));
  app.use(replayRoutes(engine));
  app.use(checkRoutes(engine));
  app.use(explainRoutes(engine, apiDestinations));
  app.use(quarantineRoutes(engine, admission));
  app.use(channelRoutes(channels));
  app.use((_, response) => {
    sendProblem(response, { status: 404, detail: "There is nothing at this address." });
  });
  app.use(problemHandler(log));
  return app;
}
