/** Colours for drawing, as the tokens say them in the theme that is shown. */
export interface Palette {
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly accent: string;
  readonly warn: string;
  readonly series: readonly string[];
  readonly isDark: boolean;
}

export const N_HUES = 8;
/** A run's slot: 8 hues, each drawn through, dashed and dotted. */
export const N_SLOTS = 24;
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3]];

let kept: { readonly theme: string; readonly palette: Palette } | undefined;

/** Return the colours of the theme that is shown now. */
export function currentPalette(): Palette {
  const theme = document.documentElement.dataset["theme"] ?? "light";
  if (kept?.theme === theme) return kept.palette;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  // Tokens may name other tokens, which a probe resolves.
  const ground = theme === "dark" ? colour("surface") : colour("bg");
  const palette: Palette = {
    ground, text: colour("text-2"), faint: colour("text-3"), line: colour("border"), accent: colour("accent"), warn: colour("warn"),
    series: Array.from({ length: N_HUES }, (_, hue) => colour(`series-${hue + 1}`)), isDark: theme === "dark",
  };
  kept = { theme, palette };
  return palette;
}

/** Return the colour of a slot; slots go round. */
export function colourOf(palette: Palette, slot: number): string {
  return palette.series[slot % N_HUES] ?? palette.text;
}

/** Return the dashes of a slot, for the n-th metric of a panel moved on by n. */
export function dashOf(slot: number, metric = 0): readonly number[] {
  return DASHES[(Math.floor(slot / N_HUES) + metric) % DASHES.length] ?? [];
}

/** Return the custom property of a slot's colour, for elements. */
export function slotToken(slot: number): string {
  return `var(--series-${(slot % N_HUES) + 1})`;
}

const VIRIDIS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"].map(channels);

/** Return the colour at `share` of 0…1 on viridis, without the end that the ground would swallow. */
export function sequential(share: number, isDark: boolean): string {
  const [from, to] = isDark ? [0.15, 1] : [0.05, 0.88];
  const place = (from + Math.min(1, Math.max(0, share)) * (to - from)) * (VIRIDIS.length - 1);
  const left = VIRIDIS[Math.floor(place)] ?? [0, 0, 0];
  const right = VIRIDIS[Math.ceil(place)] ?? left;
  const rest = place - Math.floor(place);
  const mixed = left.map((value, channel) => Math.round(value + rest * ((right[channel] ?? 0) - value)));
  return `rgb(${mixed.join(" ")})`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}
