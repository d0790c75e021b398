import { renderToString } from "katex";
import { Marked, type TokenizerAndRendererExtension, type Tokens } from "marked";

interface MathToken extends Tokens.Generic {
  readonly text: string;
}

const BLOCK = /^\$\$([\s\S]+?)\$\$(?:\n|$)/;
const INLINE = /^\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)/;

function extension(name: string, level: "block" | "inline", pattern: RegExp): TokenizerAndRendererExtension {
  return {
    name,
    level,
    start: (source) => (level === "block" ? /^\$\$/m.exec(source)?.index : source.indexOf("$")),
    tokenizer(source): MathToken | undefined {
      const match = pattern.exec(source);
      return match ? { type: name, raw: match[0], text: (match[1] ?? "").trim() } : undefined;
    },
    // MathML: the browser draws it, without a style sheet or fonts of our own.
    renderer: ({ text }) => renderToString(String(text), { output: "mathml", displayMode: level === "block", throwOnError: false, trust: false, maxExpand: 1000 }),
  };
}

const WITH_MATH = new Marked({ gfm: true, async: false, extensions: [extension("mathBlock", "block", BLOCK), extension("mathInline", "inline", INLINE)] });

/** Return Markdown as HTML with its formulas as MathML; it is not safe yet. */
export function htmlWithMath(text: string): string {
  return WITH_MATH.parse(text, { async: false });
}
