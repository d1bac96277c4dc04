import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { StoreUnavailable } from "@syncbell/engine";
import type { EngineLog } from "@syncbell/engine";

/** A refusal as RFC 9457 has it: one clear sentence in `detail`, and what a program may want to know. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly [extension: string]: unknown;
}

/** How long a producer should wait before it posts again to a store that can't take more, in seconds. */
const RETRY_AFTER_SECONDS = 5;

const REFUSED = "The store can't take anything at the moment; nothing was kept.";
const UNSURE = "The store gave no answer: this may have been kept, or not.";

export function sendProblem(response: Response, problem: Problem): void {
  const { status, ...rest } = problem;
  response
    .status(status)
    .type("application/problem+json")
    .send(JSON.stringify({ type: "about:blank", title: STATUS_CODES[status], status, ...rest }));
}

/** Refuses what can't be taken at the moment, and says when to try again. */
export function sendBusy(response: Response, detail: string): void {
  response.set("retry-after", String(RETRY_AFTER_SECONDS));
  sendProblem(response, { status: 503, detail: `${detail} Try again later.` });
}

/** Answers the methods that an address does not take; `allow` are those that it does. */
export function methodNotAllowed(allow: string, detail: string): RequestHandler {
  return (_, response) => {
    response.set("allow", allow);
    sendProblem(response, { status: 405, detail });
  };
}

/** Turns what a route throws into a problem: the last handler of the app. */
export function problemHandler(log: EngineLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof StoreUnavailable) {
      log.error({ err: error }, "the store can't take an event");
      return sendBusy(response, error.mayBeDone && request.method !== "GET" ? UNSURE : REFUSED);
    }
    const problem = bodyProblem(error, request.get("content-encoding"));
    if (problem) {
      // What is left of the body is not worth reading: answer, and let the connection go.
      response.set("connection", "close");
      request.resume();
      return sendProblem(response, problem);
    }
    log.error({ err: error, path: request.path }, "a request failed");
    return sendProblem(response, {
      status: 500,
      detail: "Something went wrong here; it was logged.",
    });
  };
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** What reading a body can fail with, by the word that the body parser gives it. */
const BODY_PROBLEMS: Readonly<Record<string, Problem>> = {
  "encoding.unsupported": {
    status: 415,
    detail: "The content-encoding is not one of gzip, deflate, br, zstd or identity.",
  },
  "request.size.invalid": {
    status: 400,
    detail: "The body is not as long as content-length says.",
  },
  "entity.parse.failed": { status: 400, detail: "The body is not JSON." },
  "charset.unsupported": { status: 415, detail: "The body must be in UTF-8." },
  "request.aborted": { status: 400, detail: "The body ended before it was whole." },
};

function bodyProblem(error: unknown, encoding = "identity"): Problem | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const type = "type" in error ? String(error.type) : "";
  if (type === "entity.too.large" && "limit" in error) {
    return { status: 413, detail: `The body is larger than ${saySize(Number(error.limit))}.` };
  }
  const known = BODY_PROBLEMS[type];
  if (known) return known;
  const status = "status" in error ? Number(error.status) : 500;
  if (status < 400 || status >= 500) return undefined;
  const unpacked = encoding.toLowerCase() === "identity";
  return {
    status,
    detail: unpacked ? "The request can't be read." : "The body is not what content-encoding says.",
  };
}

function saySize(bytes: number): string {
  if (bytes % MIB === 0) return `${bytes / MIB} MiB`;
  return bytes % KIB === 0 ? `${bytes / KIB} KiB` : `${bytes} bytes`;
}
