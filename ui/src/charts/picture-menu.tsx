import { EllipsisVertical } from "lucide-react";

import { savePicturePng, saveFile, pictureSvg } from "@/charts/exports";
import type { Palette } from "@/charts/palette";
import type { Pen } from "@/charts/pen";
import { IconButton } from "@/components/button";
import { Menu } from "@/components/overlays";

interface PictureMenuProps {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly paint: (pen: Pen, palette: Palette) => void;
  /** Returns the data that is drawn. */
  readonly csv: () => string;
}

/** What can be taken along of a picture: the picture, and what it was drawn from. */
export function PictureMenu({ title, width, height, paint, csv }: PictureMenuProps) {
  return (
    <Menu
      align="end"
      entries={[
        { words: "Save as PNG", onPick: () => savePicturePng(paint, width, height, title) },
        { words: "Save as SVG", onPick: () => saveFile(`${title}.svg`, new Blob([pictureSvg(paint, width, height)], { type: "image/svg+xml" })) },
        { words: "Save drawn data as CSV", onPick: () => saveFile(`${title}.csv`, new Blob([csv()], { type: "text/csv" })) },
      ]}
      trigger={<IconButton label={`Save: ${title}`}><EllipsisVertical size={14} aria-hidden /></IconButton>}
    />
  );
}
