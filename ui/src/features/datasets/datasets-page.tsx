import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { call } from "@/api/call";
import { TextField } from "@/components/fields";
import { Link } from "@/components/link";
import { EmptyState, ErrorNote, ProgressLine, Skeleton, Snippet } from "@/components/notices";
import { Page } from "@/components/page";
import styles from "@/features/datasets/datasets.module.css";
import { counted } from "@/format/names";
import { formatCount } from "@/format/numbers";
import { formatSince } from "@/format/units";
import { useViewState } from "@/url/navigation";
import { PATHS } from "@/url/paths";
import { defineState, text } from "@/url/state";

const STATE = defineState({ q: text() });
const MOST = 500;

/** All data sets that runs used. */
export function DatasetsPage() {
  const { values, change } = useViewState(STATE);
  const [nowMs] = useState(Date.now);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["datasets", values.q],
    queryFn: ({ signal }) => call("list_datasets", { text: values.q, limit: MOST }, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title="Datasets">
      <ProgressLine isBusy={isFetching} />
      <div className={styles.bar}>
        <div style={{ width: 260 }}>
          <TextField label="Find datasets" isLabelHidden type="search" placeholder="Find by name or digest" value={values.q} onChange={(event) => change({ q: event.target.value }, { history: "replace" })} />
        </div>
        {data ? <output>{counted(data.total, "dataset")}{data.total > data.datasets.length ? `; the first ${formatCount(data.datasets.length)}` : ""}</output> : null}
      </div>
      {error ? <div className={styles.notice}><ErrorNote what="The datasets could not be read." error={error} onRetry={() => void refetch()} /></div> : null}
      {!data && !error ? <div className={styles.notice}><Skeleton height={240} /></div> : null}
      {data && !data.total ? (
        <EmptyState title={values.q ? "No dataset is called that" : "No run has said which data it used"}>
          {values.q ? null : <div style={{ width: "min(560px, 90vw)" }}><Snippet code={'import assay\n\nassay.log_input(assay.data.from_pandas(frame, name="train set"), context="train")'} /></div>}
        </EmptyState>
      ) : null}
      {data?.total ? (
        <div className={styles.box} tabIndex={0} role="group" aria-label="All datasets">
          <table className={styles.table}>
            <thead>
              <tr>{["Name", "Digest", "Kind of source", "Runs", "Last used"].map((title) => <th key={title} scope="col" className={title === "Runs" ? styles.number : ""}>{title}</th>)}</tr>
            </thead>
            <tbody>
              {data.datasets.map(({ name, digest, source_type, n_runs, last_used_ms }) => (
                <tr key={`${name} ${digest}`}>
                  <td><Link to={PATHS.dataset(digest)} search={{ name }}>{name}</Link></td>
                  <td><code>{digest}</code></td>
                  <td>{source_type}</td>
                  <td className={styles.number}>{formatCount(n_runs)}</td>
                  <td>{last_used_ms ? formatSince(last_used_ms, nowMs) : "never"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Page>
  );
}
