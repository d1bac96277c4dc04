import { bell } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

export const declarations: readonly BrokenChannel[] = [
  {
    that: "has a name with a space in it",
    channel: { ...bell, type: "My Bell" },
    fails: ["the declaration > names the channel in a way that a config can name it too"],
  },
  {
    that: "is written for another version of the contract",
    channel: { ...bell, apiVersion: 0 },
    fails: ["the declaration > is written for this version of the contract"],
  },
  {
    that: "allows no attempt",
    channel: { ...bell, limits: { ...bell.limits, concurrency: 0 } },
    fails: ["the declaration > states limits that can be held"],
  },
  {
    that: "has a pace that lets nothing through",
    channel: { ...bell, limits: { ...bell.limits, pace: () => ({ perSecond: 0, burst: 1 }) } },
    fails: ["the declaration > states limits that can be held"],
  },
];
