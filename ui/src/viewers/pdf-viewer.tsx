import { useQuery } from "@tanstack/react-query";
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";

import { Button } from "@/components/button";
import { ErrorNote, Skeleton } from "@/components/notices";
import { artifactAddress } from "@/viewers/artifact-files";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import styles from "@/viewers/viewers.module.css";

GlobalWorkerOptions.workerSrc = new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url).href;
const SHARPNESS = 1.6;

/** A PDF, a page at a time. */
export function PdfViewer({ runId, path }: ArtifactProps) {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery({
    queryKey: ["pdf", runId, path],
    // Scripts of a document are not run, and nothing is compiled.
    queryFn: () => getDocument({ url: artifactAddress(runId, path), isEvalSupported: false }).promise,
    retry: false,
    gcTime: 0,
  });
  if (error) return <ErrorNote what={`${path} could not be read.`} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} />;
  return (
    <>
      <div className={styles.bar}>
        <Button disabled={page <= 1} onClick={() => setPage(page - 1)}>Previous</Button>
        <span>Page {page} of {data.numPages}</span>
        <Button disabled={page >= data.numPages} onClick={() => setPage(page + 1)}>Next</Button>
      </div>
      <PdfPage document={data} page={page} />
    </>
  );
}

function PdfPage({ document, page }: { readonly document: PDFDocumentProxy; readonly page: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const [words, setWords] = useState("");
  useEffect(() => {
    let isGone = false;
    void document.getPage(page).then(async (found) => {
      const canvas = ref.current;
      if (!canvas || isGone) return;
      const viewport = found.getViewport({ scale: SHARPNESS });
      canvas.width = viewport.width;
      canvas.height = viewport.height;
      await found.render({ canvas, viewport }).promise;
      const { items } = await found.getTextContent();
      if (!isGone) setWords(items.map((item) => ("str" in item ? item.str : "")).join(" "));
    });
    return () => {
      isGone = true;
    };
  }, [document, page]);
  return (
    <div className={styles.stage}>
      <canvas ref={ref} role="img" aria-label={words || `Page ${page}`} style={{ maxWidth: "100%" }} />
    </div>
  );
}
