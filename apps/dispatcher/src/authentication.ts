import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { sendProblem } from "./problem.ts";

/** Lets a request through that shows the admin token as a bearer; compared in constant time. */
export function requireAdmin(adminToken: string): RequestHandler {
  const expected = digest(adminToken);
  return (request, response, next) => {
    const [, token] = /^Bearer +(\S+) *$/i.exec(request.get("authorization") ?? "") ?? [];
    if (token !== undefined && timingSafeEqual(digest(token), expected)) return next();
    response.set("www-authenticate", 'Bearer realm="syncbell"');
    const detail =
      token === undefined
        ? "This needs a token: send it as Authorization: Bearer TOKEN."
        : "The token is not known here.";
    return sendProblem(response, { status: 401, detail });
  };
}

/** Both sides are hashed, so that the comparison tells nothing of the length either. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
