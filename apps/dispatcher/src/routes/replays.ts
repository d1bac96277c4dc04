import type { Engine } from "@syncbell/engine";
import { Router } from "express";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { replayView } from "../views.ts";

/** Shows how far a replay is. */
export function replayRoutes(engine: Engine): Router {
  const router = Router();
  router
    .route("/v1/replays/:id")
    .get(async (request, response) => {
      const replay = await engine.kept.replay(request.params.id);
      if (replay) return void response.json(replayView(replay));
      sendProblem(response, { status: 404, detail: "There is no replay with this id." });
    })
    .all(methodNotAllowed("GET, HEAD", "A replay can only be read here."));
  return router;
}
