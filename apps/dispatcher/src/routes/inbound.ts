import type { Destination, Engine } from "@syncbell/engine";
import express, { Router } from "express";
import { sendProblem } from "../problem.ts";

/**
 * Where services call back: the inbound paths of the channels that are in use. Open to all by need;
 * each channel checks for itself who calls.
 */
export function inboundRoutes(engine: Engine, destinations: readonly Destination[]): Router {
  const router = Router();
  const channels = new Map(destinations.map(({ channel }) => [channel.type, channel]));
  for (const { type, inbound } of channels.values()) {
    if (!inbound) continue;
    const body = express.raw({ type: () => true, limit: inbound.maxBytes });
    router.post(inbound.path, body, async (request, response) => {
      const answer = await engine.receive(type, {
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
        ),
        body: Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "",
      });
      if (!answer) {
        return sendProblem(response, { status: 401, detail: "No destination knows this caller." });
      }
      response.status(answer.status);
      if (answer.body === undefined) response.end();
      else response.json(answer.body);
    });
  }
  return router;
}
