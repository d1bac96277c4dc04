import { plainMessage } from "@syncbell/core";
import express, { type Request, type RequestHandler, type Response } from "express";
import type { z } from "zod";
import { sendProblem } from "../problem.ts";
import { hasBody, requireJson } from "./require-json.ts";

/** The largest body of a call that has no event in it, in bytes. */
export const LARGEST_CALL: number = 256 * 1024;

/** How deep such a body may be nested: what reads it goes down by calling itself. */
const DEEPEST_BODY = 64;

const refuseDepth: RequestHandler = (request, response, next) => {
  if (!isDeeperThan(DEEPEST_BODY, request.body)) return next();
  const detail = `The body is nested deeper than ${DEEPEST_BODY} levels.`;
  sendProblem(response, { status: 400, detail });
};

/** Reads a JSON body of at most so many bytes where there is one. */
export function jsonBody(largest: number = LARGEST_CALL): readonly RequestHandler[] {
  return [
    requireJson,
    express.json({ limit: largest, strict: false, type: () => true }),
    refuseDepth,
  ];
}

/** Reads the JSON body, of at most so many bytes, of a call that can't do without. */
export function neededJsonBody(largest: number = LARGEST_CALL): readonly RequestHandler[] {
  return [
    (request, response, next) => {
      if (hasBody(request)) return next();
      sendProblem(response, { status: 400, detail: "The body is empty." });
    },
    ...jsonBody(largest),
  ];
}

/**
 * Reads the body by a schema; answers undefined after it has refused what does not fit, with 422 and a
 * path for each mistake. Without a body it is an empty object.
 */
export function readBody<T>(
  schema: z.ZodType<T>,
  request: Request,
  response: Response,
): T | undefined {
  const body: unknown = request.body === undefined ? {} : request.body;
  const checked = schema.safeParse(body, { error: plainMessage });
  if (checked.success) return checked.data;
  sendProblem(response, {
    status: 422,
    detail: "The body is not what this call takes.",
    errors: checked.error.issues.flatMap(({ path, message, code, ...issue }) => {
      const at = path.map(String);
      return code === "unrecognized_keys" && "keys" in issue
        ? issue.keys.map((key) => ({ path: [...at, key].join("."), message: "is not known here" }))
        : [{ path: at.join("."), message }];
    }),
  });
  return undefined;
}

function isDeeperThan(most: number, value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= most; depth++) {
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
