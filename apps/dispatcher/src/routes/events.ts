import type { Engine } from "@syncbell/engine";
import express, { type Request, type RequestHandler, Router } from "express";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { eventJson } from "../views.ts";

/** The largest event that is taken, in bytes. */
const LARGEST_BODY = 1024 * 1024;

/** The longest name that a producer may give an event, in characters. */
const LONGEST_KEY = 255;

export function eventRoutes(engine: Engine): Router {
  const router = Router();
  router
    .route("/v1/events")
    .post(requireJson, express.raw({ type: () => true, limit: LARGEST_BODY }), postEvent(engine))
    .all(methodNotAllowed("POST", "Events are posted here."));
  router
    .route("/v1/events/:id")
    .get(async (request, response) => {
      const event = await engine.event(request.params.id);
      if (!event) {
        return sendProblem(response, { status: 404, detail: "There is no event with this id." });
      }
      response.type("application/json").send(eventJson(event));
    })
    .all(methodNotAllowed("GET, HEAD", "An event can only be read here."));
  return router;
}

const requireJson: RequestHandler = (request, response, next) => {
  const type = (request.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  // Where there is no body at all, that is what is wrong with it.
  if (/^application\/(?:[\w.+-]+\+)?json$/.test(type) || !hasBody(request)) return next();
  const detail =
    type === ""
      ? "The content-type is missing; it must be application/json."
      : `The content-type must be application/json.`;
  response.set("connection", "close");
  request.resume();
  sendProblem(response, { status: 415, detail });
};

/** Whether a body comes with a request: RFC 9112, 6.3. */
function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function postEvent(engine: Engine): RequestHandler {
  return async (request, response) => {
    const key = request.get("idempotency-key") ?? request.get("webhook-id");
    if (key !== undefined && (key === "" || key.length > LONGEST_KEY)) {
      const detail = `An event's name has 1 to ${LONGEST_KEY} characters (Idempotency-Key or webhook-id).`;
      return sendProblem(response, { status: 400, detail });
    }
    const bytes: Uint8Array = Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
    const accepted = await engine.accept({ bytes, ...(key === undefined ? {} : { key }) });
    switch (accepted.kind) {
      case "accepted":
      case "duplicate":
        response.status(202).json({
          id: accepted.id,
          duplicate: accepted.kind === "duplicate",
          deliveries: accepted.deliveries.map(({ id, destinationId }) => ({
            id,
            destination_id: destinationId,
          })),
        });
        return;
      case "conflict":
        return sendProblem(response, {
          status: 409,
          detail: "This key came before with other bytes. A new event needs a new key.",
        });
      case "not_json":
        return sendProblem(response, { status: 400, detail: accepted.message });
      case "invalid":
        return sendProblem(response, {
          status: 422,
          detail: "The body is JSON, but not an event.",
          errors: accepted.errors,
        });
    }
  };
}
