import type { Engine, Standing } from "@syncbell/engine";
import type { Request, RequestHandler, Response } from "express";
import type { ApiDestinations, UnopenedDestination } from "../api-destinations.ts";
import { sendProblem } from "../problem.ts";

export type Handle = (
  standing: Standing,
  request: Request,
  response: Response,
) => void | Promise<void>;

export type HandleUnopened = (
  unopened: UnopenedDestination,
  response: Response,
) => void | Promise<void>;

/** Says that a destination can't be used before what stands in its way is gone. */
const refuseUnopened: HandleUnopened = ({ problem }, response) =>
  sendProblem(response, { status: 409, detail: `The destination can't be opened: ${problem}.` });

/** Finds the destination that an address names; 404 where there is none. */
export function knownDestination(
  { destinations }: Engine,
  made: ApiDestinations,
  handle: Handle,
  handleUnopened: HandleUnopened = refuseUnopened,
): RequestHandler {
  return (request, response) => {
    const id = String(request.params["id"]);
    const standing = destinations.get(id);
    if (standing) return handle(standing, request, response);
    const unopened = made.unopened().find(({ stored }) => stored.id === id);
    if (unopened) return handleUnopened(unopened, response);
    sendProblem(response, { status: 404, detail: "There is no destination with this id." });
  };
}
