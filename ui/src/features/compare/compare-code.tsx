import { createTwoFilesPatch } from "diff";
import { useMemo } from "react";

import { ErrorNote, Skeleton } from "@/components/notices";
import type { ComparedRun } from "@/features/compare/comparison";
import styles from "@/features/compare/compare.module.css";
import { useRecordings } from "@/features/compare/use-recordings";
import { CodeBlock } from "@/viewers/code-block";

const MOST_SIGNS = 400_000;

/** The code of two runs: commits, and how what was not committed differs; of more runs, each by itself. */
export function CompareCode({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const diffs = useRecordings(runs, "diff.patch");
  const commits = runs.map(({ run }) => run.data.tags?.find(({ key }) => key === "mlflow.source.git.commit")?.value ?? "");
  const [first, second] = [diffs.texts[0] ?? "", diffs.texts[1] ?? ""];
  const patch = useMemo(() => (runs.length === 2 && first.length + second.length < MOST_SIGNS ? createTwoFilesPatch(runs[0]?.name ?? "", runs[1]?.name ?? "", first, second) : ""), [runs, first, second]);
  if (diffs.error) return <div className={styles.notice}><ErrorNote what="The code could not be read." error={diffs.error} /></div>;
  if (diffs.isPending) return <Skeleton height={240} />;
  const areSame = new Set(commits).size === 1;
  return (
    <>
      <p className={styles.notice}>
        {commits.every((commit) => !commit) ? "No commit was recorded for these runs." : areSame ? `All ran at commit ${commits[0]?.slice(0, 12)}.` : `The commits differ: ${commits.map((commit) => commit.slice(0, 12) || "none").join(", ")}. The text between them is not recorded; git diff of the two shows it.`}{" "}
        {diffs.texts.every((text) => !text) ? "None of them had uncommitted changes." : ""}
      </p>
      {patch && first !== second ? (
        <div className={styles.two}>
          <section aria-label="Difference of the uncommitted changes">
            <h3>How the uncommitted changes differ</h3>
            <div className={styles.scroll} tabIndex={0} role="group" aria-label="Diff"><CodeBlock text={patch} path="a.patch" /></div>
          </section>
        </div>
      ) : null}
      <div className={styles.two}>
        {runs.map(({ id, name }, place) => {
          const text = diffs.texts[place];
          return text ? (
            <section key={id} aria-label={`Uncommitted changes of ${name}`}>
              <h3>{name}: uncommitted changes</h3>
              <div className={styles.scroll} tabIndex={0} role="group" aria-label={`Diff of ${name}`}><CodeBlock text={text} path="a.patch" /></div>
            </section>
          ) : null;
        })}
      </div>
    </>
  );
}
