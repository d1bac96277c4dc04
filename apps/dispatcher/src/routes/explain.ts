import { type Event, parseEvent } from "@syncbell/core";
import type { Asked, Destination, Engine } from "@syncbell/engine";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { ApiDestinations } from "../api-destinations.ts";
import type { InputProblem } from "../input-problem.ts";
import { previewsOf } from "../previews.ts";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { explanationView, previewView } from "../views.ts";
import { LARGEST_EVENT } from "./events.ts";
import { LARGEST_CALL, neededJsonBody, readBody } from "./json-body.ts";

/** What is asked about: an event that is given or stored, and perhaps one destination. */
interface Question extends Asked {
  readonly body: Uint8Array;
}

/** The largest body, in bytes: the largest event, and a destination. */
const LARGEST_BODY = LARGEST_EVENT + LARGEST_CALL;

const question = z
  .strictObject({
    event: z.unknown().optional(),
    event_id: z.string().optional(),
    destination_id: z.string().optional(),
    destination: z.unknown().optional(),
  })
  .refine((asked) => (asked.event === undefined) !== (asked.event_id === undefined), {
    path: ["event"],
    error: "either an event or an event_id is required",
  })
  .refine((asked) => asked.destination === undefined || asked.destination_id === undefined, {
    path: ["destination"],
    error: "is one too many: a destination or a destination_id, not both",
  });

/** Says what would be decided for an event, and what would be sent; sends nothing. */
export function explainRoutes(engine: Engine, made: ApiDestinations): Router {
  const router = Router();
  router
    .route("/v1/explain")
    .post(...neededJsonBody(LARGEST_BODY), async (request, response) => {
      const asked = await readQuestion(engine, made, request, response);
      if (!asked) return;
      response.json(explanationView(await engine.explain(asked)));
    })
    .all(methodNotAllowed("POST", "This is asked for by POST."));
  router
    .route("/v1/preview")
    .post(...neededJsonBody(LARGEST_BODY), async (request, response) => {
      const asked = await readQuestion(engine, made, request, response);
      if (!asked) return;
      response.json({ messages: await previews(engine, asked) });
    })
    .all(methodNotAllowed("POST", "This is asked for by POST."));
  return router;
}

async function previews(engine: Engine, asked: Question): Promise<readonly object[]> {
  const { event, body, destinations: named } = asked;
  const explanation = await engine.explain(asked);
  const all = named ?? engine.destinations.all().map(({ destination }) => destination);
  const previewed = { event, body, explanation, now: Date.now() };
  return previewsOf(previewed, all, (...given) => engine.preview(...given)).map(previewView);
}

async function readQuestion(
  engine: Engine,
  made: ApiDestinations,
  request: Request,
  response: Response,
): Promise<Question | undefined> {
  const asked = readBody(question, request, response);
  if (!asked) return undefined;
  const refuse = (errors: readonly InputProblem[]): undefined => {
    const detail = "The event or the destination can't be used as it is written.";
    sendProblem(response, { status: 422, detail, errors });
  };
  let destinations: readonly Destination[] | undefined;
  if (asked.destination_id !== undefined) {
    const standing = engine.destinations.get(asked.destination_id);
    if (!standing) return notFound(response, "destination");
    destinations = [standing.destination];
  }
  if (asked.destination !== undefined) {
    const draft = made.draft(asked.destination);
    if (!draft.ok) return refuse(within("destination", draft.errors));
    destinations = [draft.destination];
  }
  const among = destinations ? { destinations } : {};
  if (asked.event_id !== undefined) {
    const stored = await engine.kept.event(asked.event_id);
    if (!stored) return notFound(response, "event");
    const event = JSON.parse(Buffer.from(stored.body).toString("utf8")) as Event;
    return { event, body: stored.body, stored, ...among };
  }
  const parsed = parseEvent(asked.event);
  if (!parsed.ok) return refuse(within("event", parsed.errors));
  const body = Buffer.from(JSON.stringify(asked.event));
  return { event: parsed.event, body, ...among };
}

function notFound(response: Response, what: string): undefined {
  sendProblem(response, { status: 404, detail: `There is no ${what} with this id.` });
}

function within(name: string, errors: readonly InputProblem[]): readonly InputProblem[] {
  return errors.map(({ path, message }) => ({
    path: path === "" ? name : `${name}.${path}`,
    message,
  }));
}
