import type { Outcome } from "@syncbell/core";
import { z } from "zod";

const line = z
  .string()
  .regex(/^[^\r\n]*\S[^\r\n]*$/, { error: "must be one line that says something" });
const answer = { status: z.int().optional(), response: z.string().optional() };

/** What a channel may answer, checked where no compiler has: a channel may be plain JavaScript. */
export const outcomeSchema: z.ZodType<Outcome> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("delivered"),
    receipt: z.string().optional(),
    note: line.optional(),
    ...answer,
  }),
  z.object({ kind: z.literal("accepted"), note: line.optional(), ...answer }),
  z.object({
    kind: z.literal("retry"),
    reason: line,
    afterMs: z.number().min(0).optional(),
    ...answer,
  }),
  z.object({ kind: z.literal(["rejected", "gone", "unauthorized"]), reason: line, ...answer }),
]) as z.ZodType<Outcome>;
