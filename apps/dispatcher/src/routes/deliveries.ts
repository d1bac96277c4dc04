import {
  DELIVERY_STATES,
  type Engine,
  type StoredDelivery,
  type WishResult,
} from "@syncbell/engine";
import { type Response, Router } from "express";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { deliveryView } from "../views.ts";
import { jsonBody } from "./json-body.ts";
import { listView, readListQuery, readPart } from "./paging.ts";

export function deliveryRoutes(engine: Engine): Router {
  const router = Router();
  router
    .route("/v1/deliveries")
    .get(async (request, response) => {
      const filters = ["destination", "event", "tenant", "state"] as const;
      const query = readListQuery(request, response, "dlv", filters);
      if (!query) return;
      const { destination, event, tenant, state: asked } = query.filter;
      const state = DELIVERY_STATES.find((known) => known === asked);
      if (asked !== undefined && state === undefined) {
        const detail = `"state" must be one of ${DELIVERY_STATES.join(", ")}.`;
        return sendProblem(response, { status: 400, detail });
      }
      const filter = {
        ...(destination === undefined ? {} : { destinationId: destination }),
        ...(event === undefined ? {} : { eventId: event }),
        ...(tenant === undefined ? {} : { tenantId: tenant }),
        ...(state === undefined ? {} : { state }),
      };
      const part = await readPart(query.page, (page) => engine.kept.deliveries(filter, page));
      const view = (one: StoredDelivery): string => JSON.stringify(deliveryView(one));
      response.type("application/json").send(listView(part, view));
    })
    .all(methodNotAllowed("GET, HEAD", "Deliveries can only be listed here."));
  router
    .route("/v1/deliveries/:id")
    .get(async (request, response) => {
      const delivery = await engine.kept.delivery(request.params.id);
      if (!delivery) return sendUnknown(response);
      response.json(deliveryView(delivery));
    })
    .all(methodNotAllowed("GET, HEAD", "A delivery can only be read here."));
  router
    .route("/v1/deliveries/:id/retry")
    .post(...jsonBody(), async (request, response) => {
      const { id } = request.params;
      const delivery = await engine.kept.delivery(id);
      if (!delivery) return sendUnknown(response);
      const standing = engine.destinations.get(delivery.destinationId);
      if (!standing) {
        const detail = "Its destination does not exist any more, or can't be opened.";
        return sendProblem(response, { status: 400, detail });
      }
      if (standing.state === "disabled") {
        const detail = "The destination is disabled: resume it first.";
        return sendProblem(response, { status: 400, detail });
      }
      await answerWish(await engine.retry(id), id, engine, response);
    })
    .all(methodNotAllowed("POST", "A retry is asked for by POST."));
  router
    .route("/v1/deliveries/:id/cancel")
    .post(...jsonBody(), async (request, response) => {
      const { id } = request.params;
      await answerWish(await engine.cancel(id), id, engine, response);
    })
    .all(methodNotAllowed("POST", "Cancelling is asked for by POST."));
  return router;
}

async function answerWish(
  result: WishResult,
  id: string,
  engine: Engine,
  response: Response,
): Promise<void> {
  if (result.kind === "unknown") return sendUnknown(response);
  if (result.kind === "refused") {
    const detail =
      result.state === "sending"
        ? "An attempt at this delivery is under way."
        : `The delivery has ended: it is ${result.state}.`;
    return sendProblem(response, { status: 409, detail });
  }
  const delivery = await engine.kept.delivery(id);
  if (delivery) response.status(202).json(deliveryView(delivery));
}

function sendUnknown(response: Response): void {
  sendProblem(response, { status: 404, detail: "There is no delivery with this id." });
}
