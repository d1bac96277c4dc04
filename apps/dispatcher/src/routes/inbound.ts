import type { AnyChannel } from "@syncbell/core";
import type { Engine } from "@syncbell/engine";
import express, { type RequestHandler, Router } from "express";
import { sendProblem } from "../problem.ts";

type Channels = ReadonlyMap<string, AnyChannel>;

/**
 * Where services call back: the inbound paths of the channels that are in use. Open to all by need;
 * each channel checks for itself who calls.
 */
export function inboundRoutes(engine: Engine, channels: () => Channels): RequestHandler {
  let latest = channels();
  // A channel that has been taken from the config may have destinations of the API until the next start.
  let known = latest;
  let routes = routesOf(engine, known);
  return (request, response, next) => {
    if (channels() !== latest) {
      latest = channels();
      known = new Map([...known, ...latest]);
      routes = routesOf(engine, known);
    }
    routes(request, response, next);
  };
}

function routesOf(engine: Engine, channels: Channels): Router {
  const router = Router();
  for (const { type, inbound } of channels.values()) {
    if (!inbound) continue;
    const body = express.raw({ type: () => true, limit: inbound.maxBytes });
    // Of a channel that is not in use, nothing listens.
    const inUse: RequestHandler = (_, __, next) => {
      const used = engine.destinations.all().some((one) => one.destination.channel.type === type);
      next(used ? undefined : "route");
    };
    router.post(inbound.path, inUse, body, async (request, response) => {
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
