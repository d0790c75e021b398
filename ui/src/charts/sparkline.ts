import type { Series } from "@/charts/series";

/** Return the points of a curve as an SVG polyline takes them; what is not finite is left out. */
export function sparklinePoints({ data }: Series, width: number, height: number): string {
  const [xs, ys] = data.kind === "exact" ? [data.x, data.y] : [data.edges, data.mean];
  const places = Array.from({ length: ys.length }, (_, place) => place).filter((place) => Number.isFinite(Number(ys[place])));
  const values = places.map((place) => Number(ys[place]));
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const start = Number(xs[places[0] ?? 0]);
  const length = Number(xs[places.at(-1) ?? 0]) - start || 1;
  return places.map((place, number) => `${(((Number(xs[place]) - start) / length) * width).toFixed(1)},${(height - 1 - (((values[number] ?? 0) - least) / span) * (height - 2)).toFixed(1)}`).join(" ");
}
