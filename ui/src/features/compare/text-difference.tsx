import { diffWordsWithSpace } from "diff";

import styles from "@/features/compare/compare.module.css";

interface TextDifferenceProps {
  readonly base: string;
  readonly text: string;
}

/** A text, with what the baseline says otherwise struck out and what it does not say marked. */
export function TextDifference({ base, text }: TextDifferenceProps) {
  return diffWordsWithSpace(base, text).map(({ value, added, removed }, place) => {
    const key = `${place} ${value}`;
    if (added) return <ins key={key} className={styles.added}>{value}</ins>;
    return removed ? <del key={key} className={styles.removed}>{value}</del> : <span key={key}>{value}</span>;
  });
}
