import { artifactAddress } from "@/viewers/artifact-files";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { kindOf } from "@/viewers/kinds";
import styles from "@/viewers/viewers.module.css";

/** Sound or moving pictures, with the browser's own controls. */
export function MediaViewer({ runId, path }: ArtifactProps) {
  const address = artifactAddress(runId, path);
  return (
    <div className={styles.stage}>
      {kindOf(path) === "audio" ? (
        // What a run logged has no captions.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <audio controls src={address} aria-label={path} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video controls src={address} aria-label={path} style={{ maxWidth: "100%" }} />
      )}
    </div>
  );
}
