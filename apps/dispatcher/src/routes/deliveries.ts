import type { Engine } from "@syncbell/engine";
import { Router } from "express";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { deliveryView } from "../views.ts";

export function deliveryRoutes(engine: Engine): Router {
  const router = Router();
  router
    .route("/v1/deliveries/:id")
    .get(async (request, response) => {
      const delivery = await engine.delivery(request.params.id);
      if (!delivery) {
        return sendProblem(response, { status: 404, detail: "There is no delivery with this id." });
      }
      response.json(deliveryView(delivery));
    })
    .all(methodNotAllowed("GET, HEAD", "A delivery can only be read here."));
  return router;
}
