import { useMemo } from "react";

import { ErrorNote, Skeleton, Snippet } from "@/components/notices";
import { Link } from "@/components/link";
import { formatBytes } from "@/format/units";
import { PATHS } from "@/url/paths";
import { artifactAddress } from "@/viewers/artifact-files";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { CodeBlock } from "@/viewers/code-block";
import { modelFactsOf } from "@/viewers/model-file";
import { useFolderFiles } from "@/viewers/use-folder";
import { useText } from "@/viewers/use-text";
import styles from "@/viewers/viewers.module.css";

const MOST_EXAMPLE = 200_000;

/** A model's folder as its `MLmodel` file describes it: signature, flavors, how to load it, its files. */
export function ModelViewer({ runId, path, size }: ArtifactProps) {
  const folder = path.split("/").slice(0, -1).join("/");
  const { data, error, refetch } = useText(runId, path, size);
  const files = useFolderFiles(runId, folder);
  const model = useMemo(() => {
    try {
      return data === undefined ? undefined : modelFactsOf(data);
    } catch (failure) {
      return failure instanceof Error ? failure : new Error(String(failure));
    }
  }, [data]);
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (!model || data === undefined) return <Skeleton height={240} />;
  if (model instanceof Error) return <><ErrorNote what={`${path} describes no model.`} error={model} /><CodeBlock text={data} path="MLmodel.yaml" isWrapped /></>;
  const example = files.data?.find((file) => model.example !== undefined && file.path === (folder ? `${folder}/${model.example}` : model.example));
  return (
    <div className={styles.model}>
      <section aria-label="How to load it">
        <h3>How to load it</h3>
        <Snippet code={`import assay\n\nassay.set_tracking_uri("${location.origin}")\nfolder = assay.artifacts.download_artifacts(run_id="${runId}", artifact_path=${JSON.stringify(folder)})\n\nimport mlflow\nmodel = mlflow.pyfunc.load_model(folder)`} />
      </section>
      <section aria-label="Signature">
        <h3>Signature</h3>
        {model.fields.length ? (
          <table className={styles.table}>
            <thead><tr>{["", "name", "type", "required", "default"].map((title) => <th key={title} scope="col">{title || "part"}</th>)}</tr></thead>
            <tbody>
              {model.fields.map(({ part, name, type, isRequired, initial }) => (
                <tr key={`${part} ${name}`}><td>{part}</td><td>{name}</td><td title={type}>{type}</td><td>{part === "output" ? "" : isRequired ? "yes" : "no"}</td><td>{initial}</td></tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p>This model was logged without a signature.</p>
        )}
      </section>
      <section aria-label="Flavors">
        <h3>Flavors</h3>
        {model.flavors.map(({ name, details }) => (
          <details key={name}>
            <summary>{name}</summary>
            <dl>{details.map(([key, value]) => <div key={key}><dt>{key}</dt><dd>{value}</dd></div>)}</dl>
          </details>
        ))}
      </section>
      <section aria-label="About">
        <h3>About</h3>
        <dl>{model.facts.map(([key, value]) => <div key={key}><dt>{key}</dt><dd>{value}</dd></div>)}</dl>
      </section>
      {example && Number(example.file_size ?? 0) <= MOST_EXAMPLE ? <Example runId={runId} path={example.path} size={Number(example.file_size ?? 0)} /> : null}
      <section aria-label="Files">
        <h3>Files</h3>
        <table className={styles.table}>
          <tbody>
            {files.data?.map((file) => (
              <tr key={file.path}>
                <td><Link to={PATHS.artifact(runId, file.path)}>{file.path.slice(folder ? folder.length + 1 : 0)}</Link></td>
                <td>{file.is_dir ? "folder" : formatBytes(Number(file.file_size ?? 0))}</td>
                <td>{file.is_dir ? "" : <a href={artifactAddress(runId, file.path)} download>download</a>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Example({ runId, path, size }: ArtifactProps) {
  const { data } = useText(runId, path, size);
  if (data === undefined) return null;
  return (
    <section aria-label="Input example">
      <h3>Input example</h3>
      <CodeBlock text={data} path={path} isWrapped />
    </section>
  );
}
