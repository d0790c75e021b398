import { marked } from "marked";
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import { artifactAddress } from "@/viewers/artifact-files";
import { htmlFragment } from "@/viewers/safe-html";
import styles from "@/viewers/viewers.module.css";

interface MarkdownProps {
  readonly text: string;
  /** Run and folder against which relative pictures and links stand. */
  readonly runId?: string;
  readonly folder?: string;
}

/** Markdown, rendered and then made safe. */
export function Markdown({ text, runId = "", folder = "" }: MarkdownProps) {
  const ref = useRef<HTMLDivElement>(null);
  const toHtml = useHtmlMaker(text);
  useLayoutEffect(() => {
    const fragment = lowered(htmlFragment(toHtml(text)));
    const resolve = (address: string) => (runId && address && !/^([a-z]+:|\/|#)/i.test(address) ? artifactAddress(runId, folder ? `${folder}/${address}` : address) : address);
    for (const image of fragment.querySelectorAll("img")) {
      // Pictures of other hosts are not fetched; the page's policy would refuse them anyway.
      image.src = resolve(image.getAttribute("src") ?? "");
      image.loading = "lazy";
    }
    for (const link of fragment.querySelectorAll("a")) {
      link.href = resolve(link.getAttribute("href") ?? "");
      link.rel = "noreferrer noopener";
      link.target = "_blank";
    }
    ref.current?.replaceChildren(fragment);
  }, [text, runId, folder, toHtml]);
  return <div ref={ref} className={styles.markdown} />;
}

/** Put every heading a level down: the page has its own. */
function lowered(fragment: DocumentFragment): DocumentFragment {
  for (const level of [5, 4, 3, 2, 1])
    for (const heading of fragment.querySelectorAll(`h${level}`)) {
      const lower = document.createElement(`h${level + 1}`);
      lower.append(...heading.childNodes);
      heading.replaceWith(lower);
    }
  return fragment;
}

type HtmlMaker = (text: string) => string;

const plainHtml: HtmlMaker = (text) => marked.parse(text, { async: false, gfm: true });
const HAS_MATH = /\$[^$\n]+\$|\$\$[\s\S]+\$\$/;

/** Return how a text becomes HTML; what formulas need is fetched when there are some. */
function useHtmlMaker(text: string): HtmlMaker {
  const [withMath, setWithMath] = useState<HtmlMaker>();
  const isWanted = withMath === undefined && HAS_MATH.test(text);
  useEffect(() => {
    if (isWanted) void import("@/viewers/math").then(({ htmlWithMath }) => setWithMath(() => htmlWithMath));
  }, [isWanted]);
  return withMath ?? plainHtml;
}
