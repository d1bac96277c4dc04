#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readPackageName } from "./package-name.ts";
import { scaffold } from "./scaffold.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);
const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function create(words: readonly string[]): number {
  const [name, ...rest] = words;
  if (name === undefined || rest.length > 0 || name.startsWith("-")) {
    complain("usage: npm create @syncbell/channel NAME, like @acme/syncbell-channel-pager");
    return 2;
  }
  const names = readPackageName(name);
  if (typeof names === "string") {
    complain(names);
    return 1;
  }
  const own = JSON.parse(readFileSync(fromHere("../package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  try {
    const files = scaffold(fromHere("../template"), process.cwd(), names, own.devDependencies);
    say(`${names.folder}: ${files.join(", ")}\n`);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
  say(`Next:
  cd ${names.folder}
  npm install
  npm test             # every promise of a channel, proved against a real receiver
  npm run build

Then name it in syncbell.yaml:
  plugins: ["${names.packageName}"]`);
  return 0;
}

process.exitCode = create(process.argv.slice(2));
