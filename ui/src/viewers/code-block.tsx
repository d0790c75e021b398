import highlighter from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import diff from "highlight.js/lib/languages/diff";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import yaml from "highlight.js/lib/languages/yaml";
import { useLayoutEffect, useRef } from "react";

import "@/viewers/highlight.css";
import { htmlFragment } from "@/viewers/safe-html";
import styles from "@/viewers/viewers.module.css";

const LANGUAGES = { bash, diff, json, python, typescript, yaml } as const;
for (const [name, language] of Object.entries(LANGUAGES)) highlighter.registerLanguage(name, language);

const BY_ENDING: Readonly<Record<string, keyof typeof LANGUAGES>> = {
  py: "python", json: "json", ipynb: "json", yaml: "yaml", yml: "yaml", MLmodel: "yaml", MLproject: "yaml", sh: "bash", bash: "bash", patch: "diff", diff: "diff", ts: "typescript", js: "typescript", tsx: "typescript",
};
/** Longer texts stay plain: colouring them would hold the page. */
const MOST_COLOURED = 300_000;

interface CodeBlockProps {
  readonly text: string;
  /** Its ending says in which language it is. */
  readonly path: string;
  readonly isWrapped?: boolean;
}

/** Text in a fixed-width font, in colours where the language is known. */
export function CodeBlock({ text, path, isWrapped = false }: CodeBlockProps) {
  const ref = useRef<HTMLElement>(null);
  const language = BY_ENDING[path.split(/[./]/).at(-1) ?? ""];
  useLayoutEffect(() => {
    if (!ref.current) return;
    if (language && text.length <= MOST_COLOURED) ref.current.replaceChildren(htmlFragment(highlighter.highlight(text, { language }).value));
    else ref.current.textContent = text;
  }, [text, language]);
  return (
    <pre className={styles.code} data-wrap={isWrapped || undefined}>
      <code ref={ref} />
    </pre>
  );
}
