import { expect, test } from "vitest";

import tokens from "@/styles/tokens.css?raw";

type Rgb = readonly [number, number, number];
type Matrix = readonly (readonly [number, number, number])[];

const N_SERIES = 8;
// Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1.
const DEFICIENCIES: Readonly<Record<string, Matrix>> = {
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

function colours(selector: string): Map<string, Rgb> {
  const block = tokens.slice(tokens.indexOf(selector)).split("}")[0] ?? "";
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = "", hex = ""]) => [name, linear(hex)]));
}

function linear(hex: string): Rgb {
  const channel = (start: number) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function times(matrix: Matrix, [red, green, blue]: Rgb): Rgb {
  const row = (place: number) => (matrix[place]?.[0] ?? 0) * red + (matrix[place]?.[1] ?? 0) * green + (matrix[place]?.[2] ?? 0) * blue;
  return [row(0), row(1), row(2)];
}

function contrast(one: Rgb, other: Rgb): number {
  const light = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  return Math.max(light(one), light(other)) / Math.min(light(one), light(other));
}

function oklab(rgb: Rgb): Rgb {
  const cones = times([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], rgb);
  const roots: Rgb = [Math.cbrt(cones[0]), Math.cbrt(cones[1]), Math.cbrt(cones[2])];
  return times([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]], roots);
}

function leastDistance(series: readonly Rgb[]): number {
  const places = series.map(oklab);
  return Math.min(...places.flatMap((one, place) => places.slice(place + 1).map((other) => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]))));
}

const THEMES = [["light", colours(":root {"), "bg"], ["dark", colours(':root[data-theme="dark"]'), "surface"]] as const;

function the(theme: ReadonlyMap<string, Rgb>, name: string): Rgb {
  const found = theme.get(name);
  if (!found) throw new Error(`There is no token ${name}.`);
  return found;
}

test.each(THEMES)("text is legible on every surface in the %s theme", (_name, theme) => {
  for (const text of ["text", "text-2", "text-3", "ok", "warn", "error"])
    for (const surface of ["bg", "surface", "surface-2"]) expect([text, surface, contrast(the(theme, text), the(theme, surface)) >= 4.6]).toEqual([text, surface, true]);
  expect(contrast(the(theme, "on-accent"), the(theme, "accent"))).toBeGreaterThan(4.6);
  expect(contrast(the(theme, "border-strong"), the(theme, "bg"))).toBeGreaterThan(3);
});

test.each(THEMES)("colours of series stand out from the ground and from each other in the %s theme", (_name, theme, ground) => {
  const series = Array.from({ length: N_SERIES }, (_, place) => the(theme, `series-${place + 1}`));
  for (const one of series) expect(contrast(one, the(theme, ground))).toBeGreaterThan(3);
  expect(leastDistance(series)).toBeGreaterThan(0.165);
  for (const [name, matrix] of Object.entries(DEFICIENCIES)) {
    const seen = series.map((one) => times(matrix, one));
    expect([name, leastDistance(seen) > 0.08]).toEqual([name, true]);
  }
});
