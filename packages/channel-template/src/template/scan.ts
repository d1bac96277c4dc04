import { type TemplateProblem, placeAt } from "./node.ts";

/** How deep blocks may stand in one another. */
const DEEPEST_BLOCK = 8;

/** The longest tag, in UTF-16 units, and how deep brackets may stand in one another in it. */
const LONGEST_TAG = 300;
const DEEPEST_BRACKET = 8;

/** A tag of a template, as it is written. */
export interface Tag {
  readonly text: string;
  readonly index: number;
}

export interface Scan {
  readonly tags: readonly Tag[];
  /** How many names, numbers, texts, dots, slashes and brackets there are in all tags. */
  readonly words: number;
  /** How many tags open a block or a further branch of one. */
  readonly blocks: number;
  readonly problem?: TemplateProblem;
}

/** A comment, or a tag whose texts and `[…]` names are closed. No part can match in two ways. */
const TAG =
  /\{\{~?(?:!--[\s\S]*?--~?\}\}|!(?!--)[\s\S]*?\}\}|(?:"[^"\\]*"|'[^'\\]*'|\[[^[\]\\]*\]|[^"'[\]{}\\])*\}\})/y;

const WORD = /[^\s./()|=~{}]+|[./()|=]/g;

/** What a tag does to blocks: opens or closes one, or begins another branch of it. */
const TURN = /^\{\{~?\s*(#\s*[^\s~}]*|\/\s*[^\s~}]*|\^\s*[^\s~}]*|else\b\s*[^\s~}]*)?/;

/**
 * Finds the tags of a template and looks at how they stand in one another, without a parser: the
 * parser of Handlebars takes seconds for a few thousand brackets or blocks in one another, so it is
 * only given what has passed here. Linear in the text.
 */
export function scan(text: string): Scan {
  const tags: Tag[] = [];
  const open: { readonly name: string; readonly index: number }[] = [];
  let blocks = 0;
  let words = 0;
  const stop = (index: number, message: string): Scan => {
    return { tags, blocks, words, problem: { place: placeAt(text, index), message } };
  };
  for (let index = text.indexOf("{{"); index >= 0; index = text.indexOf("{{", index)) {
    if (isEscaped(text, index)) {
      index += 2;
      continue;
    }
    const tag = tagAt(text, index);
    if (typeof tag === "string") return stop(index, tag);
    const end = index + tag.text.length;
    if (text[end] === "}" && !isComment(tag.text)) {
      return stop(end, 'put a space between "}}" and the "}" after it');
    }
    tags.push(tag);
    words += isComment(tag.text) ? 0 : (tag.text.match(WORD)?.length ?? 0);
    const word = TURN.exec(tag.text)?.[1]?.replace(/\s+/g, "") ?? "";
    const name = word.slice(1);
    if (word.startsWith("#") || (word.startsWith("^") && name !== "")) {
      blocks += 1;
      open.push({ name, index });
      if (open.length > DEEPEST_BLOCK) {
        return stop(index, `blocks may stand in one another ${DEEPEST_BLOCK} deep`);
      }
    } else if (word.startsWith("/")) {
      const opened = open.pop();
      if (opened === undefined) return stop(index, `"${tag.text}" closes nothing`);
      if (opened.name !== name) return stop(index, `"${tag.text}" closes {{#${opened.name}}}`);
    } else if (word !== "") {
      blocks += 1;
      if (open.length === 0) return stop(index, `"${tag.text}" stands outside a block`);
    }
    index = end;
  }
  const unclosed = open.at(-1);
  if (unclosed) return stop(unclosed.index, `{{#${unclosed.name}}} is not closed`);
  return { tags, blocks, words };
}

/** Whether `\{{` stands there, which Handlebars takes for text; after two backslashes it does not. */
function isEscaped(text: string, index: number): boolean {
  return text[index - 1] === "\\" && text[index - 2] !== "\\";
}

function isComment(tag: string): boolean {
  return /^\{\{~?!/.test(tag);
}

function tagAt(text: string, index: number): Tag | string {
  const start = text.slice(index, index + 5);
  if (/^\{\{~?[{&]/.test(start)) {
    return 'write "{{…}}", with a space before it where a "{" comes first: values are escaped for the content type, and nothing else';
  }
  if (/^\{\{~?#?[>*]/.test(start)) return "partials and decorators are not allowed";
  TAG.lastIndex = index;
  const [tag] = TAG.exec(text) ?? [];
  if (tag === undefined) {
    return "a tag that is not closed, or that has a backslash, a brace or a single quote mark in it";
  }
  if (isComment(tag)) return { text: tag, index };
  if (tag.length > LONGEST_TAG) {
    return `a tag may be ${LONGEST_TAG} characters long`;
  }
  if (bracketsIn(tag) > DEEPEST_BRACKET) {
    return `brackets may stand in one another ${DEEPEST_BRACKET} deep`;
  }
  return { text: tag, index };
}

/** How deep brackets stand in one another; those in texts count too. */
function bracketsIn(tag: string): number {
  let depth = 0;
  let deepest = 0;
  for (const sign of tag) {
    if (sign === "(") deepest = Math.max(deepest, (depth += 1));
    else if (sign === ")") depth -= 1;
  }
  return deepest;
}
