import { useRef, useState } from "react";

import { Select } from "@/components/fields";
import { artifactAddress } from "@/viewers/artifact-files";
import type { ArtifactProps } from "@/viewers/artifact-viewer";
import { kindOf } from "@/viewers/kinds";
import styles from "@/viewers/viewers.module.css";
import { WaveformPicture } from "@/viewers/waveform";

const SPEEDS = ["0.25", "0.5", "1", "1.5", "2"].map((speed) => [speed, `${speed} ×`] as const);

/** Sound or moving pictures, with the browser's own controls, the speed, and the shape of WAV files. */
export function MediaViewer({ runId, path }: ArtifactProps) {
  const player = useRef<HTMLMediaElement>(null);
  const [speed, setSpeed] = useState("1");
  const [played, setPlayed] = useState(0);
  const address = artifactAddress(runId, path);
  const take = (element: HTMLMediaElement | null) => {
    player.current = element;
  };
  const pick = (next: string) => {
    setSpeed(next);
    if (player.current) player.current.playbackRate = Number(next);
  };
  const seek = (share: number) => {
    if (!player.current || !Number.isFinite(player.current.duration)) return;
    player.current.currentTime = share * player.current.duration;
    void player.current.play();
  };
  const onTime = () => player.current && setPlayed(player.current.currentTime / (player.current.duration || 1));
  return (
    <div className={styles.stage}>
      {/\.wav$/i.test(path) ? <WaveformPicture runId={runId} path={path} played={played} onSeek={seek} /> : null}
      {kindOf(path) === "audio" ? (
        // What a run logged has no captions.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <audio ref={take} controls src={address} aria-label={path} onTimeUpdate={onTime} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video ref={take} controls src={address} aria-label={path} style={{ maxWidth: "100%" }} />
      )}
      <Select label="Speed" value={speed} options={SPEEDS} onPick={pick} />
    </div>
  );
}
