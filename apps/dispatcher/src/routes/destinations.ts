import type { Engine, Standing } from "@syncbell/engine";
import { type Response, Router } from "express";
import type { ApiDestinations, Written } from "../api-destinations.ts";
import { destinationView, unopenedView } from "../destination-view.ts";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { neededJsonBody } from "./json-body.ts";
import { type Handle, type HandleUnopened, knownDestination } from "./known-destination.ts";
import { sendPart } from "./paging.ts";

/** Reads, makes, changes and deletes destinations. */
export function destinationRoutes(engine: Engine, made: ApiDestinations): Router {
  const router = Router();
  const known = (handle: Handle, handleUnopened?: HandleUnopened) =>
    knownDestination(engine, made, handle, handleUnopened);
  router
    .route("/v1/destinations")
    .get((request, response) => {
      const all = [
        ...engine.destinations
          .all()
          .map((one) => ({ id: one.id, view: () => destinationView(one) })),
        ...made.unopened().map((one) => ({ id: one.stored.id, view: () => unopenedView(one) })),
      ];
      sendPart(request, response, all, ({ view }) => view());
    })
    .post(...neededJsonBody(), async (request, response) => {
      answerWritten(await made.create(engine, request.body), response, 201);
    })
    .all(methodNotAllowed("GET, HEAD, POST", "Destinations are listed and made here."));
  router
    .route("/v1/destinations/:id")
    .get(
      known(
        (standing, _, response) => void response.json(destinationView(standing)),
        (unopened, response) => void response.json(unopenedView(unopened)),
      ),
    )
    .patch(
      ...neededJsonBody(),
      known(async (standing, request, response) => {
        if (isInFile(standing, response)) return;
        answerWritten(await made.change(engine, standing, request.body), response, 200);
      }),
    )
    .delete(
      known(
        async (standing, _, response) => {
          if (isInFile(standing, response)) return;
          await made.remove(engine, standing.id);
          response.status(204).end();
        },
        async ({ stored }, response) => {
          await made.remove(engine, stored.id);
          response.status(204).end();
        },
      ),
    )
    .all(methodNotAllowed("GET, HEAD, PATCH, DELETE", "A destination is read and changed here."));
  return router;
}

function answerWritten(written: Written, response: Response, status: number): void {
  if (!written.ok) {
    return sendProblem(response, {
      status: 422,
      detail: "The destination can't be used as it is written.",
      errors: written.errors,
    });
  }
  const view = destinationView(written.standing);
  response.status(status).json({ ...view, config: { ...view.config, ...written.made } });
}

function isInFile({ source }: Standing, response: Response): boolean {
  if (source === "api") return false;
  const detail = "This destination is in the config file: change it there.";
  sendProblem(response, { status: 409, detail });
  return true;
}
