import { Download } from "lucide-react";
import { type ComponentType, lazy, type LazyExoticComponent, Suspense, useState } from "react";

import { Button } from "@/components/button";
import { CopyButton, EmptyState, ErrorBoundary, Skeleton } from "@/components/notices";
import { formatBytes } from "@/format/units";
import { artifactAddress } from "@/viewers/artifact-files";
import { kindOf, type ViewerKind } from "@/viewers/kinds";
import styles from "@/viewers/viewers.module.css";

/** A file of a run. */
export interface ArtifactProps {
  readonly runId: string;
  readonly path: string;
  readonly size: number;
}

const VIEWERS: Readonly<Record<ViewerKind, LazyExoticComponent<ComponentType<ArtifactProps>>>> = {
  image: lazy(() => import("@/viewers/image-viewer").then(({ ImageViewer }) => ({ default: ImageViewer }))),
  text: lazy(() => import("@/viewers/text-viewer").then(({ TextViewer }) => ({ default: TextViewer }))),
  binary: lazy(() => import("@/viewers/text-viewer").then(({ TextViewer }) => ({ default: TextViewer }))),
  json: lazy(() => import("@/viewers/json-viewer").then(({ JsonViewer }) => ({ default: JsonViewer }))),
  figure: lazy(() => import("@/viewers/json-viewer").then(({ JsonViewer }) => ({ default: JsonViewer }))),
  markdown: lazy(() => import("@/viewers/markdown-viewer").then(({ MarkdownViewer }) => ({ default: MarkdownViewer }))),
  table: lazy(() => import("@/viewers/table-viewer").then(({ TableFileViewer }) => ({ default: TableFileViewer }))),
  html: lazy(() => import("@/viewers/html-viewer").then(({ HtmlViewer }) => ({ default: HtmlViewer }))),
  audio: lazy(() => import("@/viewers/media-viewer").then(({ MediaViewer }) => ({ default: MediaViewer }))),
  video: lazy(() => import("@/viewers/media-viewer").then(({ MediaViewer }) => ({ default: MediaViewer }))),
  notebook: lazy(() => import("@/viewers/notebook-viewer").then(({ NotebookViewer }) => ({ default: NotebookViewer }))),
  parquet: lazy(() => import("@/viewers/parquet-viewer").then(({ ParquetViewer }) => ({ default: ParquetViewer }))),
  pdf: lazy(() => import("@/viewers/pdf-viewer").then(({ PdfViewer }) => ({ default: PdfViewer }))),
  model: lazy(() => import("@/viewers/model-viewer").then(({ ModelViewer }) => ({ default: ModelViewer }))),
  array: lazy(() => import("@/viewers/array-viewer").then(({ ArrayViewer }) => ({ default: ArrayViewer }))),
};
/** Larger files are shown when the reader says so; text and headers of arrays are read in pieces anyway. */
const SHOWN_AT_ONCE = 10 * 1024 * 1024;
const IN_PIECES = new Set<ViewerKind>(["text", "binary", "array", "audio", "video", "parquet", "pdf"]);

/** A file: what it is called, how large it is, ways to take it along, and what is in it. */
export function ArtifactViewer({ runId, path, size }: ArtifactProps) {
  const [isWanted, setIsWanted] = useState(false);
  const kind = kindOf(path);
  const Viewer = VIEWERS[kind];
  const isShown = isWanted || size <= SHOWN_AT_ONCE || IN_PIECES.has(kind);
  return (
    <section className={styles.viewer} aria-label={path}>
      <header className={styles.head}>
        <h2 title={path}>{path}</h2>
        <span>{formatBytes(size)}</span>
        <CopyButton text={path} label="Copy path" />
        <CopyButton text={snippet(runId, path)} label="Copy Python code that reads it" />
        <a href={artifactAddress(runId, path)} download={path.split("/").at(-1)} aria-label={`Download ${path}`} title="Download">
          <Download size={16} aria-hidden />
        </a>
      </header>
      <div className={styles.body} tabIndex={0} role="group" aria-label={`Content of ${path}`}>
        {isShown ? (
          <ErrorBoundary key={path} what={`${path} cannot be shown.`}>
            <Suspense fallback={<Skeleton height={240} />}>
              <Viewer runId={runId} path={path} size={size} />
            </Suspense>
          </ErrorBoundary>
        ) : (
          <EmptyState title={`This file has ${formatBytes(size)}`}>
            <Button onClick={() => setIsWanted(true)}>Load anyway</Button>
          </EmptyState>
        )}
      </div>
    </section>
  );
}

function snippet(runId: string, path: string): string {
  return `import assay\n\nassay.set_tracking_uri("${location.origin}")\nlocal_path = assay.artifacts.download_artifacts(run_id="${runId}", artifact_path=${JSON.stringify(path)})\n`;
}
