/** A rule, code that breaks it, what the linter must say to that, and a twin that keeps it. */
export interface RuleCase {
  readonly rule: string;
  /** The folder that the two files are written into. */
  readonly folder: string;
  readonly invalid: string;
  readonly message: string;
  readonly valid: string;
  /** The name of the valid file, where the name makes the difference. */
  readonly validAs?: string;
  /** Files that the invalid one needs beside it. */
  readonly beside?: Readonly<Record<string, string>>;
}

const imported = (name: string): string => `export { x } from "${name}";`;

const importRules: readonly RuleCase[] = (
  [
    ["packages/core/src", "@syncbell/engine", "core imports nothing of ours", "zod"],
    ["packages/core/src", "lodash", "core imports zod alone", "zod/v4"],
    ["packages/core/src", "@zod/mini", "core imports zod alone", "node:crypto"],
    [
      "packages/engine/src",
      "@syncbell/channel-x",
      "engine and channel-kit import core alone",
      "@syncbell/core",
    ],
    [
      "packages/channel-kit/src",
      "@syncbell/engine",
      "engine and channel-kit import core alone",
      "@syncbell/core",
    ],
    ["packages/channel-x/src", "@syncbell/channel-y", "a channel imports core", "@syncbell/core"],
    ["packages/channel-x/src", "@syncbell/channel-kit", "a channel imports core", "zod"],
    ["packages/core/src", "./testing/x.ts", "for tests alone", "./testing.ts"],
    ["packages/channel-x/src", "./testing/x.ts", "for tests alone", "./testing.ts"],
    ["packages/create-channel/src", "@syncbell/dispatcher", "Nobody imports", "@syncbell/engine"],
    ["apps/dispatcher/src", "@syncbell/channel-kit", "ship with it", "@syncbell/channel-slack"],
  ] as const
).map(([folder, forbidden, message, valid]) => ({
  rule: `${folder.split("/")[1]} does not import ${forbidden}`,
  folder,
  invalid: imported(forbidden),
  message,
  valid: imported(valid),
}));

const NODE_MODULES =
  "http https net tls dns dns/promises dgram timers timers/promises process child_process worker_threads fs/promises module";

const worldImports: readonly RuleCase[] = [
  ...NODE_MODULES.split(" ").map((name) => [`node:${name}`, "through its host alone"] as const),
  ["undici", "through host.http"] as const,
  ["node-fetch", "through host.http"] as const,
].map(([name, message]) => ({
  rule: `a channel does not import ${name}`,
  folder: "packages/channel-x/src",
  invalid: imported(name),
  message,
  valid: imported("node:crypto"),
}));

const worldGlobals: readonly RuleCase[] = (
  [
    ["fetch(url)", "host.http", "host.http(url)"],
    ["new WebSocket(url)", "host.http", "host.open(url)"],
    ["new EventSource(url)", "host.http", "host.open(url)"],
    ["new XMLHttpRequest()", "host.http", "host.open(url)"],
    ["process.env", "not the process", "host.process"],
    ["globalThis.fetch(url)", "names the global", "new URL(url)"],
    ["setTimeout(host.tick)", "does not wait", "queueMicrotask(host.tick)"],
    ["setInterval(host.tick)", "does not wait", "host.setInterval()"],
    ["setImmediate(host.tick)", "does not wait", "Promise.resolve(host)"],
    ["performance.now()", "No clock here", "host.now()"],
    ["Date.now()", "No clock here", "host.now()"],
    ["new Date()", "No clock here", "new Date(host.now())"],
    ["Date()", "No clock here", "Date.parse(url)"],
    ["[Date]", "No clock here", "host.tick instanceof Date"],
    ["Math.random()", "Nothing by chance", "Math.max(1, 2)"],
    ["AbortSignal.timeout(5)", "No deadline here", "AbortSignal.any([])"],
    ['await import("node:http")', "through its host alone", 'await import("node:crypto")'],
    ['new Function("return 1")', "eval", "() => 1"],
  ] as const
).map(([code, message, valid]) => ({
  rule: `a channel does not say ${code}`,
  folder: "packages/channel-x/src",
  invalid: `import { host, url } from "./host.ts";\nexport const x = [${code}, host, url];`,
  message,
  valid: `import { host, url } from "./host.ts";\nexport const x = [${valid}, host, url];`,
}));

const testing = (call: string): string =>
  `import { expect, test } from "vitest";\n${call}("adds", () => expect(1 + 1).toBe(2));`;

const everywhere: readonly RuleCase[] = [
  {
    rule: "a relative import stays in its package",
    folder: "packages/channel-x/src",
    invalid: imported("../../../core/src/text.ts"),
    message: "leaves this package",
    valid: imported("../text.ts"),
  },
  {
    rule: "a deferred relative import stays in its package",
    folder: "packages/engine/src",
    invalid: 'export const x = await import("../../../core/src/text.ts");',
    message: "leaves this package",
    valid: 'export const x = await import("../text.ts");',
  },
  {
    rule: "modules do not import each other in a circle",
    folder: "packages/engine/src",
    invalid: 'import { y } from "./other.ts";\nexport const x = () => y;',
    message: "cycle",
    valid: 'import { y } from "./other.ts";\nexport const z = () => y;',
    beside: { "other.ts": 'import { x } from "./invalid.ts";\nexport const y = () => x;' },
  },
  {
    rule: "there are no default exports but in a tool's config",
    folder: "packages/engine/src",
    invalid: "const x = 1;\nexport default x;",
    message: "named exports",
    valid: "const x = 1;\nexport default x;",
    validAs: "some.config.ts",
  },
  {
    rule: "a built-in module is imported by its full name",
    folder: "packages/engine/src",
    invalid: imported("fs"),
    message: "node:",
    valid: imported("node:fs"),
  },
  {
    rule: "nothing is loaded by require",
    folder: "packages/engine/src",
    invalid: 'export const x = require("node:fs");',
    message: "require",
    valid: 'export const x = await import("node:fs");',
  },
  {
    rule: "a file has at most 250 lines",
    folder: "apps/dispatcher/src",
    invalid: "export const x = 1;\n" + "// more\n".repeat(251),
    message: "too many lines",
    valid: "export const x = 1;\n" + "// more\n".repeat(249),
  },
  {
    rule: "equality is strict",
    folder: "apps/dispatcher/src",
    invalid: "export const x = (a: unknown) => a == 1;",
    message: "===",
    valid: "export const x = (a: unknown) => a === 1;",
  },
  {
    rule: "a package does not write to the console",
    folder: "packages/engine/src",
    invalid: 'console.log("x");',
    message: "console",
    valid: "export const x = 1;",
  },
  {
    rule: "a promise is waited for",
    folder: "apps/dispatcher/src",
    invalid: "export const x = (go: () => Promise<void>) => {\n  go();\n};",
    message: "Promises must be awaited",
    valid: "export const x = (go: () => Promise<void>) => {\n  void go();\n};",
  },
  {
    rule: "no test is skipped",
    folder: "packages/engine/src",
    invalid: testing("test.skip"),
    message: "Disabled test",
    valid: testing("test"),
  },
  {
    rule: "no test keeps the others from running",
    folder: "packages/engine/src",
    invalid: testing("test.only"),
    message: "focused",
    valid: testing("test"),
  },
  {
    rule: "a test of a channel may reach the world",
    folder: "packages/channel-x/src",
    invalid: imported("node:http"),
    message: "through its host alone",
    valid: `${imported("node:http")}\n${imported("@syncbell/channel-kit")}`,
    validAs: "some.test.ts",
  },
];

export const RULE_CASES: readonly RuleCase[] = [
  ...importRules,
  ...worldImports,
  ...worldGlobals,
  ...everywhere,
];
