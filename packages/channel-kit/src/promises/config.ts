import type { AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { ChannelProof, RefusedConfig } from "../proof.ts";
import { workingConfig } from "../working-config.ts";

const NO_CONFIGS: readonly RefusedConfig[] = [undefined, null, "text", 7, []].map((config) => ({
  config,
  path: "",
}));

/** What a person meets who writes a config. */
export function describeConfig(channel: AnyChannel, proof: ChannelProof): void {
  const { given } = workingConfig(channel, proof, "http://127.0.0.1:9");

  describe("a config", () => {
    test("that works is accepted", () => {
      expect(problemsOf(channel, given)).toEqual([]);
    });

    test("that can't work is refused, with the path of what is wrong", () => {
      for (const { config, path } of [...proof.refused, ...NO_CONFIGS]) {
        const problems = problemsOf(channel, config);
        const paths = problems.map((problem) => problem.path);
        expect(paths, `paths of the refusal of ${JSON.stringify(config)}`).toContain(path);
      }
    });

    test("has a JSON Schema, from which a form can be drawn", () => {
      const schema = z.toJSONSchema(channel.config, {
        io: "input",
        // A field that must be absent can be said; a field that JSON has no value for can't.
        unrepresentable: ({ zodSchema }) =>
          zodSchema instanceof z.ZodUndefined ? { not: {} } : "throw",
      });
      expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
      const { type, anyOf, oneOf, allOf, $ref } = schema;
      expect(type ?? anyOf ?? oneOf ?? allOf ?? $ref, "the schema says nothing").toBeDefined();
    });
  });
}

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with a config; nothing when it is accepted. */
export function problemsOf(channel: AnyChannel, config: unknown): readonly Problem[] {
  const { error } = channel.config.safeParse(config);
  return (error?.issues ?? []).flatMap((issue) => toProblems(issue));
}

/** Of a config with several shapes, what is wrong with each of them counts. */
function toProblems(issue: z.core.$ZodIssue): readonly Problem[] {
  const { path, message } = issue;
  const inner = issue.code === "invalid_union" ? issue.errors.flat() : [];
  return [
    { path: path.map(String).join("."), message },
    ...inner.flatMap((each) => toProblems({ ...each, path: [...path, ...each.path] })),
  ];
}
