import { useEffect, useState } from "react";

import styles from "@/viewers/viewers.module.css";

const CHANNELS = [["red", "#d33"], ["green", "#2a2"], ["blue", "#36d"]] as const;
const LEVELS = 256;
const HEIGHT = 80;
const MOST_PIXELS = 1_000_000;

/** How often each level of red, green and blue occurs. */
export function ImageHistogram({ address }: { readonly address: string }) {
  const [counts, setCounts] = useState<readonly (readonly number[])[]>([]);
  useEffect(() => {
    let isGone = false;
    const image = new Image();
    image.addEventListener("load", () => !isGone && setCounts(levelsOf(image)), { once: true });
    image.src = address;
    return () => {
      isGone = true;
    };
  }, [address]);
  const most = Math.max(1, ...counts.flat());
  return (
    <figure className={styles.histogram} aria-label="Levels of red, green and blue">
      <svg viewBox={`0 0 ${LEVELS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
        {counts.map((levels, channel) => (
          <polyline key={CHANNELS[channel]?.[0]} fill="none" stroke={CHANNELS[channel]?.[1]} strokeWidth="1" vectorEffect="non-scaling-stroke" points={levels.map((count, level) => `${level},${HEIGHT - (count / most) * HEIGHT}`).join(" ")} />
        ))}
      </svg>
      <figcaption>0 to 255, {CHANNELS.map(([name]) => name).join(", ")}</figcaption>
    </figure>
  );
}

function levelsOf(image: HTMLImageElement): number[][] {
  const share = Math.min(1, Math.sqrt(MOST_PIXELS / (image.naturalWidth * image.naturalHeight)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * share));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * share));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return [];
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const counts = CHANNELS.map(() => Array.from({ length: LEVELS }, () => 0));
  for (let at = 0; at < data.length; at += 4)
    CHANNELS.forEach((_, channel) => {
      const levels = counts[channel];
      const level = data[at + channel] ?? 0;
      if (levels) levels[level] = (levels[level] ?? 0) + 1;
    });
  return counts;
}
