import { answers } from "./answers.ts";
import { attempts } from "./attempts.ts";
import type { BrokenChannel } from "./broken-channel.ts";
import { configs } from "./config.ts";
import { declarations } from "./declaration.ts";
import { goldenFiles } from "./golden-files.ts";
import { networks } from "./network.ts";
import { renderings } from "./rendering.ts";
import { retryAfters } from "./retry-after.ts";
import { secrets } from "./secrets.ts";

/** At least one channel for every promise, so that no promise is empty. */
export const brokenChannels: readonly BrokenChannel[] = [
  ...declarations,
  ...configs,
  ...secrets,
  ...renderings,
  ...goldenFiles,
  ...answers,
  ...retryAfters,
  ...networks,
  ...attempts,
];
