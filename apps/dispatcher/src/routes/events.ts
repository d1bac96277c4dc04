import type { Accepted, Engine, Standing, StoredEvent } from "@syncbell/engine";
import express, { type RequestHandler, type Response, Router } from "express";
import { z } from "zod";
import type { Admission } from "../admission.ts";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { deliveryRefs, eventJson } from "../views.ts";
import { jsonBody, readBody } from "./json-body.ts";
import { listView, readLargePart, readListQuery } from "./paging.ts";
import { requireJson } from "./require-json.ts";

/** The largest event that is taken, in bytes. */
export const LARGEST_EVENT: number = 1024 * 1024;

/** The longest name that a producer may give an event, in characters. */
const LONGEST_KEY = 255;

export function eventRoutes(engine: Engine, admission: Admission): Router {
  const router = Router();
  router
    .route("/v1/events")
    .get(async (request, response) => {
      const query = readListQuery(request, response, "evt", ["tenant", "task", "status"]);
      if (!query) return;
      const { tenant, task, status } = query.filter;
      const filter = {
        ...(tenant === undefined ? {} : { tenantId: tenant }),
        ...(task === undefined ? {} : { taskId: task }),
        ...(status === undefined ? {} : { status }),
      };
      const part = await readLargePart(query.page, (page) => engine.kept.events(filter, page));
      response.type("application/json").send(listView(part, eventJson));
    })
    .post(
      requireJson,
      admission.admit(LARGEST_EVENT),
      express.raw({ type: () => true, limit: LARGEST_EVENT }),
      postEvent(engine),
    )
    .all(methodNotAllowed("GET, HEAD, POST", "Events are posted and listed here."));
  router
    .route("/v1/events/:id")
    .get(async (request, response) => {
      const event = await engine.kept.event(request.params.id);
      if (!event) {
        return sendProblem(response, { status: 404, detail: "There is no event with this id." });
      }
      response.type("application/json").send(eventJson(event));
    })
    .all(methodNotAllowed("GET, HEAD", "An event can only be read here."));
  router
    .route("/v1/events/:id/replay")
    .post(...jsonBody(), replayEvent(engine))
    .all(methodNotAllowed("POST", "A replay is asked for by POST."));
  return router;
}

const replayInput: z.ZodType<{ destinations?: readonly string[] | undefined }> = z.strictObject({
  destinations: z.array(z.string()).min(1, "must not be empty").max(1000).optional(),
});

function replayEvent(engine: Engine): RequestHandler {
  return async (request, response) => {
    const event = await engine.kept.event(String(request.params["id"]));
    if (!event) {
      return sendProblem(response, { status: 404, detail: "There is no event with this id." });
    }
    const asked = readBody(replayInput, request, response);
    if (!asked) return;
    const errors = (asked.destinations ?? []).flatMap((id, index) => {
      const message = obstacle(engine.destinations.get(id), event);
      return message === undefined ? [] : [{ path: `destinations.${index}`, message }];
    });
    if (errors.length > 0) {
      const detail = "The event can't be delivered to each of these destinations.";
      return sendProblem(response, { status: 422, detail, errors });
    }
    const deliveries = await engine.replays.event(event, asked.destinations);
    response.status(202).json({ id: event.id, deliveries: deliveryRefs(deliveries) });
  };
}

/** Why an event can't be delivered to a destination that was named. */
function obstacle(
  standing: Standing | undefined,
  { tenantId }: Pick<StoredEvent, "tenantId">,
): string | undefined {
  if (!standing) return "is no destination";
  if (standing.state === "disabled") return "is disabled: resume it first";
  const { tenant } = standing.destination;
  return tenant === undefined || tenant === tenantId ? undefined : "is for another tenant's events";
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
    answerPosted(accepted, response);
  };
}

/** Answers what came of an event that was posted. */
export function answerPosted(accepted: Accepted, response: Response): void {
  switch (accepted.kind) {
    case "accepted":
    case "duplicate":
      response.status(202).json({
        id: accepted.id,
        duplicate: accepted.kind === "duplicate",
        deliveries: deliveryRefs(accepted.deliveries),
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
        ...(accepted.quarantineId === undefined ? {} : { quarantine_id: accepted.quarantineId }),
      });
  }
}
