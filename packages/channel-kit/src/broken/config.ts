import { sensitive } from "@syncbell/core";
import { z } from "zod";
import { bell, bellToken, bellUrl } from "../testing/bell.ts";
import type { BrokenChannel } from "./broken-channel.ts";

const httpsUrl = sensitive(z.url({ protocol: /^https$/ }));
const anyText = sensitive(z.string());

export const configs: readonly BrokenChannel[] = [
  {
    that: "refuses a config that works",
    channel: { ...bell, config: z.strictObject({ url: httpsUrl, token: bellToken }) },
    fails: ["a config > that works is accepted"],
  },
  {
    that: "takes any text for a URL",
    channel: { ...bell, config: z.strictObject({ url: anyText, token: bellToken }) },
    fails: ["a config > that can't work is refused, with the path of what is wrong"],
  },
  {
    that: "refuses a config as a whole, and does not say where",
    channel: {
      ...bell,
      config: z.strictObject({ url: anyText, token: bellToken }).superRefine(({ url }, context) => {
        if (!bellUrl.safeParse(url).success) context.addIssue("something is wrong");
      }),
    },
    fails: ["a config > that can't work is refused, with the path of what is wrong"],
  },
  {
    that: "wants what JSON has not got",
    channel: {
      ...bell,
      config: z.strictObject({ url: bellUrl, token: bellToken, since: z.date().optional() }),
    },
    fails: ["a config > has a JSON Schema, from which a form can be drawn"],
  },
];
