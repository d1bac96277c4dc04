import { type Document, type YAMLError, visit } from "yaml";

/** Something that keeps a config file from being read as YAML or JSON, at an offset in its text. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

export interface Syntax {
  readonly problems: readonly SyntaxProblem[];
  /** Whether the document can be read on: a key that is given twice leaves one that can. */
  readonly readable: boolean;
}

/** Checks the syntax of a document. No message quotes the file: a slip may stand in a secret. */
export function checkSyntax(document: Document): Syntax {
  const found = [...document.errors, ...document.warnings];
  const aliases = brokenAliases(document);
  const problems = [
    ...found.map((error) => ({ offset: error.pos[0], message: say(error) })),
    ...aliases,
  ];
  return {
    // What the parser says further at one place follows from what it said there first.
    problems: problems.filter(
      ({ offset }, index) => problems.findIndex((one) => one.offset === offset) === index,
    ),
    readable: aliases.length === 0 && found.every(({ code }) => code === "DUPLICATE_KEY"),
  };
}

function brokenAliases(document: Document): readonly SyntaxProblem[] {
  const broken: SyntaxProblem[] = [];
  visit(document, {
    Alias(_, alias, path) {
      const offset = alias.range?.[0] ?? 0;
      const target = alias.resolve(document);
      if (!target) {
        const message =
          'there is no anchor for this alias; a text that begins with "*" needs quotes';
        broken.push({ offset, message });
      } else if (path.includes(target)) {
        broken.push({ offset, message: "this alias stands for something that it is a part of" });
      }
    },
  });
  return broken;
}

function say({ code, message }: YAMLError): string {
  if (code === "TAG_RESOLVE_FAILED") {
    return 'tags have no meaning here; a text that begins with "!" needs quotes';
  }
  const [first = message] = message.split("\n");
  return first.replace(/(?<=\w): .*|(?<=escape sequence|directive) .*/, "");
}
