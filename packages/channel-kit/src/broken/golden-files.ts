import { EXAMPLE_NAMES } from "../example-notifications.ts";
import { bell } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

export const goldenFiles: readonly BrokenChannel[] = [
  {
    that: "says something else than it used to",
    channel: bell,
    golden: '{\n  "title": "as it was before"\n}\n',
    fails: EXAMPLE_NAMES.map((name) => `the golden file > of ${name} is what is rendered`),
  },
];
