/** Where a node stands, in pixels. */
export interface NodePlace {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly middle: number;
}

const WIDTH = 190;
const HEIGHT = 42;
const ACROSS = 56;
const DOWN = 10;

/** Return where the nodes of a graph stand: a column for each depth, the columns centred beside each other. */
export function placeNodes(nodes: readonly { readonly depth: number }[]): { readonly places: readonly NodePlace[]; readonly width: number; readonly height: number } {
  const depths = [...new Set(nodes.map(({ depth }) => depth))].toSorted((left, right) => left - right);
  const sizes = new Map<number, number>();
  for (const { depth } of nodes) sizes.set(depth, (sizes.get(depth) ?? 0) + 1);
  const tallest = Math.max(0, ...sizes.values());
  const height = Math.max(0, tallest * (HEIGHT + DOWN) - DOWN);
  const taken = new Map<number, number>();
  const places = nodes.map(({ depth }) => {
    const row = taken.get(depth) ?? 0;
    taken.set(depth, row + 1);
    const left = depths.indexOf(depth) * (WIDTH + ACROSS);
    const top = row * (HEIGHT + DOWN) + ((tallest - (sizes.get(depth) ?? 0)) * (HEIGHT + DOWN)) / 2;
    return { left, right: left + WIDTH, top, middle: top + HEIGHT / 2 };
  });
  return { places, width: Math.max(0, depths.length * (WIDTH + ACROSS) - ACROSS), height };
}
