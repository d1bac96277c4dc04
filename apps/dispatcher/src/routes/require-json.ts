import type { Request, RequestHandler } from "express";
import { sendProblem } from "../problem.ts";

/** Lets a request through whose body is JSON by its content-type, or that has no body at all. */
export const requireJson: RequestHandler = (request, response, next) => {
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
export function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
