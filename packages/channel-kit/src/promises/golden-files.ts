import { fileURLToPath } from "node:url";
import type { AnyChannel } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { EXAMPLE_NAMES, exampleNotification } from "../example-notifications.ts";
import type { ChannelProof } from "../proof.ts";
import { workingConfig } from "../working-config.ts";

/** That a change of what people get to read is seen by whoever makes it. */
export function describeGoldenFiles(channel: AnyChannel, proof: ChannelProof): void {
  describe("the golden file", () => {
    test.each(EXAMPLE_NAMES)("of %s is what is rendered", async (name) => {
      const config = workingConfig(channel, proof, "https://receiver.example.com").parsed;
      const message = await channel.render(exampleNotification(name), config);
      // Not `.json`: a formatter of code would rewrite it.
      const file = fileURLToPath(`${proof.golden.href.replace(/\/?$/, "/")}${name}.snap`);
      await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(file);
    });
  });
}
