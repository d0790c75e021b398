import DOMPurify from "dompurify";

/** Return HTML as nodes, without anything that could run, load or leave the page. The only place where HTML becomes nodes. */
export function htmlFragment(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: ["style", "form", "input", "button", "iframe"], FORBID_ATTR: ["style"] });
}
