import type { Engine } from "@syncbell/engine";
import { Router } from "express";
import { methodNotAllowed, sendProblem } from "../problem.ts";

/** Open to all: `/healthz` says that the process answers, `/readyz` that it takes events. */
export function healthRoutes(engine: Engine, isDraining: () => boolean): Router {
  const router = Router();
  router.get("/healthz", (_, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_, response) => {
    if (isDraining()) {
      return sendProblem(response, { status: 503, detail: "The dispatcher is shutting down." });
    }
    try {
      await engine.ping();
    } catch {
      return sendProblem(response, { status: 503, detail: "The store does not answer." });
    }
    response.json({ status: "ready" });
  });
  router.all(["/healthz", "/readyz"], methodNotAllowed("GET, HEAD", "This can only be read."));
  return router;
}
