import { useEffect, useRef, useState } from "react";

import { Segments } from "@/components/fields";
import styles from "@/features/workspace/media.module.css";
import { artifactAddress } from "@/viewers/artifact-files";

interface Picture {
  readonly runId: string;
  readonly name: string;
  readonly path: string;
}

interface MediaPairProps {
  readonly left: Picture;
  readonly right: Picture;
}

const WAYS = [["swipe", "Swipe"], ["overlay", "Overlay"], ["difference", "Difference"], ["beside", "Side by side"]] as const;

/** Two pictures of two runs: beside each other, over each other, or what differs between them. */
export function MediaPair({ left, right }: MediaPairProps) {
  const [way, setWay] = useState<(typeof WAYS)[number][0]>("swipe");
  const [share, setShare] = useState(50);
  const [first, second] = [artifactAddress(left.runId, left.path), artifactAddress(right.runId, right.path)];
  return (
    <div className={styles.pair}>
      <Segments label="How the two are compared" options={WAYS} value={way} onPick={setWay} />
      {way === "difference" ? (
        <Difference first={first} second={second} words={`${left.name} minus ${right.name}`} />
      ) : (
        <div className={styles.stack} data-way={way}>
          <img src={first} alt={`${left.name}: ${left.path}`} />
          <img src={second} alt={`${right.name}: ${right.path}`} style={way === "swipe" ? { clipPath: `inset(0 0 0 ${share}%)` } : way === "overlay" ? { opacity: share / 100 } : {}} />
        </div>
      )}
      {way === "swipe" || way === "overlay" ? <input type="range" min={0} max={100} value={share} aria-label={way === "swipe" ? `Where ${right.name} begins` : `Opacity of ${right.name}`} onChange={(event) => setShare(Number(event.target.value))} /> : null}
    </div>
  );
}

interface DifferenceProps {
  readonly first: string;
  readonly second: string;
  readonly words: string;
}

/** The absolute difference of two pictures, pixel by pixel, and the share of pixels that differ. */
function Difference({ first, second, words }: DifferenceProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    let isGone = false;
    void Promise.all([loaded(first), loaded(second)]).then(
      ([one, other]) => {
        const target = canvas.current;
        if (isGone || !target) return;
        if (one.naturalWidth !== other.naturalWidth || one.naturalHeight !== other.naturalHeight) {
          setSaid(`The sizes differ: ${one.naturalWidth} × ${one.naturalHeight} and ${other.naturalWidth} × ${other.naturalHeight}.`);
          return;
        }
        target.width = one.naturalWidth;
        target.height = one.naturalHeight;
        setSaid(drawDifference(target, one, other));
      },
      () => setSaid("A picture could not be read."),
    );
    return () => {
      isGone = true;
    };
  }, [first, second]);
  return (
    <>
      <canvas ref={canvas} role="img" aria-label={words} />
      <small>{said}</small>
    </>
  );
}

function drawDifference(target: HTMLCanvasElement, one: HTMLImageElement, other: HTMLImageElement): string {
  const context = target.getContext("2d", { willReadFrequently: true });
  if (!context || !target.width) return "";
  const pixelsOf = (image: HTMLImageElement) => {
    context.clearRect(0, 0, target.width, target.height);
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, target.width, target.height);
  };
  const [left, right] = [pixelsOf(one).data, pixelsOf(other)];
  let nDiffering = 0;
  for (let place = 0; place < left.length; place += 4) {
    let isSame = true;
    for (let channel = 0; channel < 3; channel += 1) {
      const gap = Math.abs((left[place + channel] ?? 0) - (right.data[place + channel] ?? 0));
      right.data[place + channel] = gap;
      isSame &&= gap === 0;
    }
    right.data[place + 3] = 255;
    if (!isSame) nDiffering += 1;
  }
  context.putImageData(right, 0, 0);
  return `${((nDiffering / (left.length / 4)) * 100).toFixed(1)} % of the pixels differ.`;
}

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.addEventListener("load", () => resolve(image), { once: true });
    image.addEventListener("error", reject, { once: true });
    image.src = address;
  });
}
