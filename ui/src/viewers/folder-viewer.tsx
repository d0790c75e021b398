import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import type { FileInfo } from "@/api/schema.gen";
import { Link } from "@/components/link";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { formatCount } from "@/format/numbers";
import { formatBytes } from "@/format/units";
import { PATHS } from "@/url/paths";
import { artifactAddress, readPiece } from "@/viewers/artifact-files";
import { kindOf } from "@/viewers/kinds";
import { tableOfText } from "@/viewers/tables";
import { useFolderFiles } from "@/viewers/use-folder";
import styles from "@/viewers/viewers.module.css";

const ModelViewer = lazy(() => import("@/viewers/model-viewer").then(({ ModelViewer }) => ({ default: ModelViewer })));
const MOST_PICTURES = 400;
const MOST_TABLES = 50;
const SCHEMA_BYTES = 20_000;

/** A folder: a model by its description, pictures side by side, tables with their columns, else what is in it. */
export function FolderViewer({ runId, path }: { readonly runId: string; readonly path: string }) {
  const { data, error, refetch } = useFolderFiles(runId, path);
  if (error) return <ErrorNote what={`${path} could not be listed.`} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  if (!data.length) return <EmptyState title={`${path} is empty`} />;
  const model = data.find((file) => file.path.split("/").at(-1) === "MLmodel");
  const pictures = data.filter((file) => !file.is_dir && kindOf(file.path) === "image");
  const tables = data.filter((file) => !file.is_dir && kindOf(file.path) === "table");
  return (
    <section className={styles.viewer} aria-label={path}>
      <header className={styles.head}>
        <h2 title={path}>{path}</h2>
        <span>{formatCount(data.length)} {data.length === 1 ? "entry" : "entries"}</span>
      </header>
      <div className={styles.body} tabIndex={0} role="group" aria-label={`Content of ${path}`}>
        {model ? <Suspense fallback={<Skeleton height={240} />}><ModelViewer runId={runId} path={model.path} size={Number(model.file_size ?? 0)} /></Suspense> : null}
        {pictures.length > 1 ? <Gallery runId={runId} pictures={pictures} /> : null}
        {tables.length > 1 ? <Schemas runId={runId} tables={tables.slice(0, MOST_TABLES)} /> : null}
        {model || pictures.length > 1 || tables.length > 1 ? null : <Listing runId={runId} files={data} folder={path} />}
      </div>
    </section>
  );
}

interface GalleryProps {
  readonly runId: string;
  readonly pictures: readonly FileInfo[];
}

function Gallery({ runId, pictures }: GalleryProps) {
  return (
    <div className={styles.gallery}>
      {pictures.slice(0, MOST_PICTURES).map(({ path }) => (
        <Link key={path} to={PATHS.artifact(runId, path)}>
          <img src={artifactAddress(runId, path)} alt={path} loading="lazy" />
          <span>{path.split("/").at(-1)}</span>
        </Link>
      ))}
      {pictures.length > MOST_PICTURES ? <p>The first {formatCount(MOST_PICTURES)} of {formatCount(pictures.length)} pictures.</p> : null}
    </div>
  );
}

function Schemas({ runId, tables }: { readonly runId: string; readonly tables: readonly FileInfo[] }) {
  return (
    <table className={styles.table}>
      <thead><tr>{["table", "size", "columns"].map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
      <tbody>{tables.map((file) => <SchemaRow key={file.path} runId={runId} file={file} />)}</tbody>
    </table>
  );
}

function SchemaRow({ runId, file }: { readonly runId: string; readonly file: FileInfo }) {
  const { data } = useQuery({
    queryKey: ["artifact-columns", runId, file.path],
    queryFn: async ({ signal }) => {
      const { bytes } = await readPiece(runId, file.path, [0, SCHEMA_BYTES], signal);
      // The head of the file is enough for its columns; its last line may be cut.
      const head = new TextDecoder().decode(bytes).split("\n").slice(0, 2).join("\n");
      return tableOfText(file.path, head).columns;
    },
    retry: false,
  });
  return (
    <tr>
      <td><Link to={PATHS.artifact(runId, file.path)}>{file.path.split("/").at(-1)}</Link></td>
      <td>{formatBytes(Number(file.file_size ?? 0))}</td>
      <td title={data?.join(", ")}>{data ? `${formatCount(data.length)}: ${data.join(", ")}` : ""}</td>
    </tr>
  );
}

function Listing({ runId, files, folder }: { readonly runId: string; readonly files: readonly FileInfo[]; readonly folder: string }) {
  return (
    <table className={styles.table}>
      <tbody>
        {files.map((file) => (
          <tr key={file.path}>
            <td><Link to={PATHS.artifact(runId, file.path)}>{file.path.slice(folder.length + 1)}{file.is_dir ? "/" : ""}</Link></td>
            <td>{file.is_dir ? "" : formatBytes(Number(file.file_size ?? 0))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
