import type { AnyChannel } from "@syncbell/core";
import { Router } from "express";
import { z } from "zod";
import { methodNotAllowed } from "../problem.ts";
import { sendPart } from "./paging.ts";

/** Shows the channels that there are, with what their configs look like as JSON Schema. */
export function channelRoutes(channels: () => ReadonlyMap<string, AnyChannel>): Router {
  const router = Router();
  router
    .route("/v1/channels")
    .get((request, response) => {
      const all = [...channels()].map(([id, channel]) => ({ id, channel }));
      sendPart(request, response, all, ({ channel }) => channelView(channel));
    })
    .all(methodNotAllowed("GET, HEAD", "Channels can only be listed here."));
  return router;
}

function channelView({ type, title, apiVersion, config }: AnyChannel): object {
  return {
    type,
    title,
    version: apiVersion,
    config: z.toJSONSchema(config, { io: "input", unrepresentable: "any" }),
  };
}
