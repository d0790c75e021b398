import { useQuery } from "@tanstack/react-query";

import { formatDuration } from "@/format/units";
import { readPiece } from "@/viewers/artifact-files";
import styles from "@/viewers/viewers.module.css";
import { waveformOf } from "@/viewers/wav";

interface WaveformPictureProps {
  readonly runId: string;
  readonly path: string;
  /** From 0 to 1, what has been played. */
  readonly played: number;
  readonly onSeek: (share: number) => void;
}

const STRETCHES = 800;
const HEIGHT = 100;
const MOST_BYTES = 50 * 2 ** 20;

/** The shape of a sound; a click goes there. */
export function WaveformPicture({ runId, path, played, onSeek }: WaveformPictureProps) {
  const { data, error } = useQuery({
    queryKey: ["artifact-waveform", runId, path],
    queryFn: async ({ signal }) => waveformOf((await readPiece(runId, path, [0, MOST_BYTES], signal)).bytes, STRETCHES),
    retry: false,
  });
  if (error) return <p>{error.message}</p>;
  if (!data) return null;
  const y = (amplitude: number) => (HEIGHT / 2) * (1 - Math.max(-1, Math.min(1, amplitude)));
  const top = Array.from(data.high, (value, place) => `${place},${y(value).toFixed(1)}`);
  const bottom = Array.from(data.low, (value, place) => `${place},${y(value).toFixed(1)}`).toReversed();
  return (
    <figure className={styles.waveform} aria-label={`Waveform, ${formatDuration(data.seconds * 1000)}`}>
      <button type="button" aria-label="Play from here" onClick={(event) => onSeek(event.nativeEvent.offsetX / event.currentTarget.clientWidth)}>
        <svg viewBox={`0 0 ${data.low.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
          <polygon points={[...top, ...bottom].join(" ")} fill="var(--accent)" stroke="var(--accent)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
          <line x1={played * data.low.length} x2={played * data.low.length} y1="0" y2={HEIGHT} stroke="var(--text)" vectorEffect="non-scaling-stroke" />
        </svg>
      </button>
      <figcaption>{formatDuration(data.seconds * 1000)} · {data.rate.toLocaleString("en")} Hz · {data.channels === 1 ? "mono" : `${data.channels} channels`}</figcaption>
    </figure>
  );
}
