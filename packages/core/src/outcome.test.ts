import { describe, expect, it } from "vitest";
import type { HttpFailureCause, HttpResponse } from "./http.ts";
import { type OutcomeKind, outcomeOf, outcomeOfResponse } from "./outcome.ts";

const STATUSES = Array.from({ length: 511 - 100 + 1 }, (_, index) => 100 + index);

const OWN_MEANING: ReadonlyMap<number, OutcomeKind> = new Map([
  [401, "unauthorized"],
  [403, "unauthorized"],
  [404, "unauthorized"],
  [408, "retry"],
  [410, "gone"],
  [425, "retry"],
  [429, "retry"],
]);

const MEANING_OF_CLASS: readonly OutcomeKind[] = [
  "retry",
  "delivered",
  "rejected",
  "rejected",
  "retry",
];

const CASES = STATUSES.map((status) => {
  const ofClass = MEANING_OF_CLASS[Math.floor(status / 100) - 1];
  return [status, OWN_MEANING.get(status) ?? ofClass] as const;
});

function answer(status: number, more: Partial<HttpResponse> = {}): HttpResponse {
  const receivedAt = Date.UTC(2024, 10, 11);
  return { kind: "response", status, headers: {}, body: "", complete: true, receivedAt, ...more };
}

describe("outcomeOfResponse", () => {
  it.each(CASES)("reads %d as %s", (status, kind) => {
    expect(outcomeOfResponse(answer(status)).kind).toBe(kind);
  });

  it.each([599, 600, 999])("tries again after %d, which no standard knows", (status) => {
    expect(outcomeOfResponse(answer(status)).kind).toBe("retry");
  });

  it("takes a 2xx as delivered though its body was cut off or not over", () => {
    const outcome = outcomeOfResponse(answer(200, { complete: false, body: "par" }));
    expect(outcome).toEqual({ kind: "delivered", status: 200, response: "par" });
  });

  it("keeps the status and the body of every answer", () => {
    for (const status of STATUSES) {
      const outcome = outcomeOfResponse(answer(status, { body: "no_text" }));
      expect(outcome).toMatchObject({ status, response: "no_text" });
    }
  });

  it("gives a reason that names the status for all but a delivery", () => {
    for (const status of STATUSES) {
      const outcome = outcomeOfResponse(answer(status));
      if ("reason" in outcome) expect(outcome.reason).toContain(`answered ${status}`);
      else expect(outcome.kind).toBe("delivered");
    }
  });

  it("says of a redirect that none is followed", () => {
    const outcome = outcomeOfResponse(answer(302, { headers: { location: "http://10.0.0.1/" } }));
    expect(outcome).toMatchObject({ reason: "answered 302: redirects are not followed" });
  });

  it.each([408, 425, 429, 500, 503])("honours Retry-After on a %d", (status) => {
    const outcome = outcomeOfResponse(answer(status, { headers: { "retry-after": "120" } }));
    expect(outcome).toMatchObject({ kind: "retry", afterMs: 120_000 });
  });

  it("counts a Retry-After date from when the answer was received", () => {
    const headers = { "retry-after": "Mon, 11 Nov 2024 00:10:00 GMT" };
    expect(outcomeOfResponse(answer(503, { headers }))).toMatchObject({ afterMs: 600_000 });
  });

  it.each(["soon", "-5", "0", "Sun, 10 Nov 2024 00:00:00 GMT"])(
    "leaves the schedule alone for a Retry-After of %j",
    (header) => {
      const outcome = outcomeOfResponse(answer(429, { headers: { "retry-after": header } }));
      expect(outcome.kind).toBe("retry");
      expect(outcome).not.toHaveProperty("afterMs");
    },
  );

  it.each([200, 301, 400, 401, 410])("has no use for Retry-After on a %d", (status) => {
    const outcome = outcomeOfResponse(answer(status, { headers: { "retry-after": "120" } }));
    expect(outcome).not.toHaveProperty("afterMs");
  });
});

describe("outcomeOf", () => {
  it("reads an answer by its status", () => {
    expect(outcomeOf(answer(204))).toEqual({ kind: "delivered", status: 204, response: "" });
  });

  const causes: readonly HttpFailureCause[] = [
    "blocked",
    "dns",
    "refused",
    "reset",
    "timeout",
    "tls",
    "protocol",
    "invalid",
  ];
  it.each(causes)("tries again when no answer came: %s", (cause) => {
    const reason = "no answer came";
    expect(outcomeOf({ kind: "failure", cause, reason })).toEqual({ kind: "retry", reason });
  });

  it("keeps the status that was read before the connection broke", () => {
    const outcome = outcomeOf({ kind: "failure", cause: "reset", reason: "reset", status: 500 });
    expect(outcome).toEqual({ kind: "retry", reason: "reset", status: 500 });
  });
});
