import { groupBy } from "@/format/groups";
import { compareNatural } from "@/format/names";

/** A metric that can have a panel. */
export interface PanelMetric {
  readonly key: string;
  readonly direction?: "lower" | "higher" | undefined;
  /** Whether some run has more than one point of it. */
  readonly isCurve: boolean;
}

/** The metrics with a common prefix. */
export interface PanelSection {
  readonly name: string;
  readonly curves: readonly PanelMetric[];
  readonly singles: readonly PanelMetric[];
  readonly isOpen: boolean;
}

/** Up to how many metrics need no sections. */
const FEW = 12;

/** From how many panels on only the first section is open. */
export const MOST_OPEN = 60;

/** Return what comes before the last `/` of a metric's name. */
export function sectionOf(key: string): string {
  const slash = key.lastIndexOf("/");
  return slash < 0 ? "" : key.slice(0, slash);
}

/**
 * Return the sections of panels: metrics without a prefix first, `system` last.
 *
 * @param folded names of sections that are not as they would be by themselves
 * @param wanted a regular expression; where it is none, a part of the name
 */
export function panelSections(metrics: readonly PanelMetric[], wanted: string, folded: readonly string[]): PanelSection[] {
  const matches = matcher(wanted);
  const shown = metrics.filter(({ key }) => matches(key)).toSorted((left, right) => compareNatural(left.key, right.key));
  const bySection = shown.length <= FEW ? new Map([["", shown]]) : groupBy(shown, ({ key }) => sectionOf(key));
  const names = [...bySection.keys()].toSorted((left, right) => rank(left) - rank(right) || compareNatural(left, right));
  let nOpen = 0;
  return names.map((name) => {
    const members = bySection.get(name) ?? [];
    const curves = members.filter(({ isCurve }) => isCurve);
    const fits = nOpen + curves.length <= MOST_OPEN || nOpen === 0;
    const isOpen = (fits && rank(name) < 2) !== folded.includes(name);
    nOpen += curves.length;
    return { name, curves, singles: members.filter(({ isCurve }) => !isCurve), isOpen };
  });
}

function rank(name: string): number {
  return name === "" ? 0 : name.startsWith("system") ? 2 : 1;
}

function matcher(wanted: string): (key: string) => boolean {
  if (!wanted) return () => true;
  try {
    const pattern = new RegExp(wanted, "i");
    return (key) => pattern.test(key);
  } catch {
    return (key) => key.toLowerCase().includes(wanted.toLowerCase());
  }
}
