import type { Engine } from "@syncbell/engine";
import { type Request, type Response, Router } from "express";
import type { Standing } from "@syncbell/engine";
import type { ApiDestinations } from "../api-destinations.ts";
import { destinationView } from "../destination-view.ts";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { deliveryRefs, replayView } from "../views.ts";
import { jsonBody, neededJsonBody, readBody } from "./json-body.ts";
import { knownDestination } from "./known-destination.ts";
import { replayInput } from "./replay-input.ts";

type Act = (
  engine: Engine,
  standing: Standing,
  request: Request,
  response: Response,
) => void | Promise<void>;

/** Asks a destination to do something. */
export function destinationActionRoutes(engine: Engine, made: ApiDestinations): Router {
  const router = Router();
  for (const { name, act, body } of ACTIONS) {
    router
      .route(`/v1/destinations/:id/${name}`)
      .post(
        ...body,
        knownDestination(engine, made, (standing, request, response) => {
          if (standing.state === "disabled" && name !== "resume") return refuseDisabled(response);
          return act(engine, standing, request, response);
        }),
      )
      .all(methodNotAllowed("POST", "This is asked for by POST."));
  }
  return router;
}

const setState =
  (state: "active" | "paused"): Act =>
  async (engine, standing, _, response) => {
    const changed = await engine.destinations.setState(standing.id, state);
    response.json(destinationView(changed ?? standing));
  };

const test: Act = async (engine, standing, _, response) => {
  const { id, deliveries } = await engine.destinations.test(standing);
  response.status(202).json({ id, deliveries: deliveryRefs(deliveries) });
};

const replay: Act = async (engine, standing, request, response) => {
  const asked = readBody(replayInput(Date.now()), request, response);
  if (!asked) return;
  response.status(202).json(replayView(await engine.replays.destination(standing.id, asked)));
};

const ACTIONS = [
  { name: "pause", act: setState("paused"), body: jsonBody() },
  { name: "resume", act: setState("active"), body: jsonBody() },
  { name: "test", act: test, body: jsonBody() },
  { name: "replay", act: replay, body: neededJsonBody() },
] as const;

function refuseDisabled(response: Response): void {
  sendProblem(response, { status: 409, detail: "The destination is disabled: resume it first." });
}
