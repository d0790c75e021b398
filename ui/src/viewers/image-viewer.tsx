import { useState } from "react";

import { Button } from "@/components/button";
import { Checkbox } from "@/components/fields";
import { artifactAddress } from "@/viewers/artifact-files";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { ImageHistogram } from "@/viewers/image-histogram";
import styles from "@/viewers/viewers.module.css";

const STEP = 1.5;
const NEAREST_FROM = 4;
const GRID_FROM = 8;

/** A picture; SVG too stands in an `img`, where no script of it runs. */
export function ImageViewer({ runId, path }: ArtifactProps) {
  const [natural, setNatural] = useState({ width: 0, height: 0 });
  const [zoom, setZoom] = useState(0);
  const [isNearest, setIsNearest] = useState(false);
  const [hasHistogram, setHasHistogram] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  const isPixelated = isNearest || zoom >= NEAREST_FROM;
  return (
    <>
      <div className={styles.bar}>
        <Button onClick={() => setZoom(0)} aria-pressed={zoom === 0}>Fit</Button>
        <Button onClick={() => setZoom(1)} aria-pressed={zoom === 1}>100 %</Button>
        <Button onClick={() => setZoom((zoom || 1) * STEP)} aria-label="Zoom in">+</Button>
        <Button onClick={() => setZoom((zoom || 1) / STEP)} aria-label="Zoom out">−</Button>
        <Checkbox checked={isPixelated} onToggle={setIsNearest}>Nearest pixel</Checkbox>
        <Checkbox checked={hasHistogram} onToggle={setHasHistogram}>Histogram</Checkbox>
        <span>{natural.width ? `${natural.width} × ${natural.height} px` : ""}{zoom ? ` · ${Math.round(zoom * 100)} %` : ""}</span>
      </div>
      <div className={styles.stage}>
        {hasFailed ? (
          <p>The browser cannot show this picture.</p>
        ) : (
          <div className={styles.picture}>
          <img
            alt={path}
            src={artifactAddress(runId, path)}
            data-zoomed={zoom > 0 || undefined}
            style={{ imageRendering: isPixelated ? "pixelated" : "auto", ...(zoom > 0 ? { width: natural.width * zoom } : {}) }}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setNatural({ width, height })}
            onError={() => setHasFailed(true)}
          />
          {zoom >= GRID_FROM ? <div aria-hidden className={styles.pixels} style={{ backgroundSize: `${zoom}px ${zoom}px` }} /> : null}
          </div>
        )}
      </div>
      {hasHistogram && natural.width ? <ImageHistogram address={artifactAddress(runId, path)} /> : null}
    </>
  );
}
