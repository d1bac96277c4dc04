import type { Engine } from "@syncbell/engine";
import express, { type RequestHandler, Router } from "express";
import type { Admission } from "../admission.ts";
import { methodNotAllowed, sendProblem } from "../problem.ts";
import { quarantinedJson } from "../views.ts";
import { LARGEST_EVENT, answerPosted } from "./events.ts";
import { listView, readLargePart, readListQuery } from "./paging.ts";
import { requireJson } from "./require-json.ts";

/** Bodies that were JSON but no events: to be looked at, mended and posted again, or dropped. */
export function quarantineRoutes(engine: Engine, admission: Admission): Router {
  const router = Router();
  router
    .route("/v1/quarantine")
    .get(async (request, response) => {
      const query = readListQuery(request, response, "qrn", []);
      if (!query) return;
      const part = await readLargePart(query.page, (page) => engine.kept.quarantineList(page));
      response.type("application/json").send(listView(part, quarantinedJson));
    })
    .all(methodNotAllowed("GET, HEAD", "The quarantine can only be listed here."));
  router
    .route("/v1/quarantine/:id")
    .get(async (request, response) => {
      const entry = await engine.kept.quarantined(request.params.id);
      if (!entry) return sendUnknown(response);
      response.type("application/json").send(quarantinedJson(entry));
    })
    .delete(async (request, response) => {
      if (!(await engine.releaseQuarantined(request.params.id))) return sendUnknown(response);
      response.status(204).end();
    })
    .all(methodNotAllowed("GET, HEAD, DELETE", "A body in quarantine is read or dropped here."));
  router
    .route("/v1/quarantine/:id/post")
    .post(
      requireJson,
      admission.admit(LARGEST_EVENT),
      express.raw({ type: () => true, limit: LARGEST_EVENT }),
      postAgain(engine),
    )
    .all(methodNotAllowed("POST", "A body is posted again by POST."));
  return router;
}

/** Posts the body that came with the call, or else the one that is kept, under the name it had. */
function postAgain(engine: Engine): RequestHandler {
  return async (request, response) => {
    const id = String(request.params["id"]);
    const entry = await engine.kept.quarantined(id);
    if (!entry) return sendUnknown(response);
    const given: unknown = request.body;
    const bytes = Buffer.isBuffer(given) && given.length > 0 ? given : entry.body;
    const { key } = entry;
    const accepted = await engine.accept({ bytes, ...(key === undefined ? {} : { key }) });
    if (accepted.kind === "accepted" || accepted.kind === "duplicate") {
      await engine.releaseQuarantined(id);
    }
    answerPosted(accepted, response);
  };
}

function sendUnknown(response: Parameters<typeof sendProblem>[0]): void {
  sendProblem(response, { status: 404, detail: "There is nothing in quarantine with this id." });
}
