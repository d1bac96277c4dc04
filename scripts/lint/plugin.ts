import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { RuleTester } from "oxlint/plugins-dev";

type Rule = Exclude<Parameters<RuleTester["run"]>[1], { createOnce: unknown }>;
type Visitor = ReturnType<Rule["create"]>;
type NodeOf<Type extends keyof Visitor> = Parameters<NonNullable<Visitor[Type]>>[0];
type Identifier = NodeOf<"Identifier">;

/** A relative import must end in the package that it starts from. */
const stayInPackage: Rule = {
  create(context) {
    const folder = dirname(context.filename);
    const check = (source: NodeOf<"ImportExpression">["source"] | null): void => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      if (!/^\.{1,2}(?:\/|$)/.test(source.value)) return;
      if (packageOf(resolve(folder, source.value)) === packageOf(folder)) return;
      context.report({
        message: `"${source.value}" leaves this package: import another package by its name.`,
        node: source,
      });
    };
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source }) => check(source),
    };
  },
};

const roots = new Map<string, string>();

/** The nearest folder with a package.json, upwards from a path. */
function packageOf(path: string): string {
  const known = roots.get(path);
  if (known !== undefined) return known;
  const parent = dirname(path);
  const root = parent === path || existsSync(join(path, "package.json")) ? path : packageOf(parent);
  roots.set(path, root);
  return root;
}

/**
 * `Date` may turn a given moment into text and back, but not tell the present one. `Date.now` is
 * left to no-restricted-properties; this sees what that can't: `new Date()`, `Date()`, an alias.
 */
const noHiddenClock: Rule = {
  create(context) {
    return {
      Identifier(node) {
        if (node.name !== "Date" || !context.sourceCode.isGlobalReference(node)) return;
        if (usesGivenTime(node)) return;
        context.report({ message: "No clock here: take host.now().", node });
      },
    };
  },
};

const TYPES: ReadonlySet<string> = new Set([
  "TSTypeReference",
  "TSTypeQuery",
  "TSQualifiedName",
  "TSInterfaceHeritage",
]);

function usesGivenTime(date: Identifier): boolean {
  const { parent } = date;
  if (parent === null || parent === undefined) return false;
  switch (parent.type) {
    case "NewExpression": {
      const first = parent.arguments[0];
      return first !== undefined && first.type !== "SpreadElement";
    }
    case "MemberExpression":
      return !parent.computed;
    case "BinaryExpression":
      return parent.operator === "instanceof";
    default:
      return TYPES.has(parent.type);
  }
}

interface Plugin {
  readonly meta: { readonly name: string };
  readonly rules: Readonly<Record<string, Rule>>;
}

/** The rules that oxlint has not got; `.oxlintrc.json` says where each holds. */
const plugin: Plugin = {
  meta: { name: "syncbell" },
  rules: { "stay-in-package": stayInPackage, "no-hidden-clock": noHiddenClock },
};

export default plugin;
