import type { AnyChannel } from "@syncbell/core";
import { describe } from "vitest";
import { describeAnswers } from "./promises/answers.ts";
import { describeAttempts } from "./promises/attempts.ts";
import { describeConcurrency } from "./promises/concurrency.ts";
import { describeConfig } from "./promises/config.ts";
import { describeDeclaration } from "./promises/declaration.ts";
import { describeGoldenFiles } from "./promises/golden-files.ts";
import { describeInbound } from "./promises/inbound.ts";
import { describeNetwork } from "./promises/network.ts";
import { describeRedirects } from "./promises/redirects.ts";
import { describeRendering } from "./promises/rendering.ts";
import { describeRetryAfter } from "./promises/retry-after.ts";
import { describeSecrets } from "./promises/secrets.ts";
import type { ChannelProof } from "./proof.ts";

const PROMISES: readonly ((channel: AnyChannel, proof: ChannelProof) => void)[] = [
  describeDeclaration,
  describeConfig,
  describeSecrets,
  describeRendering,
  describeGoldenFiles,
  describeAnswers,
  describeRetryAfter,
  describeNetwork,
  describeRedirects,
  describeAttempts,
  describeConcurrency,
  describeInbound,
];

/** Far more than any promise needs, for a machine that has other things to do. */
const TIMEOUT_MS = 30_000;

/**
 * Holds a channel to the contract: call it at the top of a vitest file, or in a `describe` that names
 * what it is proved for. Every promise is a test of its own, and none can be switched off: which apply
 * is read from the channel. All that is sent goes to receivers on this machine.
 */
export function describeChannel(channel: AnyChannel, proof: ChannelProof): void {
  describe(`channel ${channel.type}`, { timeout: TIMEOUT_MS }, () => {
    for (const promise of PROMISES) promise(channel, proof);
  });
}
