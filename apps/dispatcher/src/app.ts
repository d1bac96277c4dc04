import type { Destination, Engine, EngineLog } from "@syncbell/engine";
import express, { type Express } from "express";
import { requireAdmin } from "./authentication.ts";
import { problemHandler, sendProblem } from "./problem.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { inboundRoutes } from "./routes/inbound.ts";

export interface AppOptions {
  readonly engine: Engine;
  readonly destinations: readonly Destination[];
  readonly adminToken: string;
  readonly log: EngineLog;
  readonly isDraining: () => boolean;
}

/** The HTTP API over an engine. */
export function createApp({
  engine,
  destinations,
  adminToken,
  log,
  isDraining,
}: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(healthRoutes(engine, isDraining));
  app.use(inboundRoutes(engine, destinations));
  app.use("/v1", requireAdmin(adminToken));
  app.use(eventRoutes(engine));
  app.use(deliveryRoutes(engine));
  app.use((_, response) => {
    sendProblem(response, { status: 404, detail: "There is nothing at this address." });
  });
  app.use(problemHandler(log));
  return app;
}
