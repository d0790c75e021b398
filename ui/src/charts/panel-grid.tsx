import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";

import { DotPanel, type SingleMetric } from "@/charts/dot-panel";
import type { PanelRun } from "@/charts/line-chart";
import { LinePanel } from "@/charts/line-panel";
import { PanelBar } from "@/charts/panel-bar";
import { type PanelMetric, panelSections } from "@/charts/panel-sections";
import type { ChangeCharts, ChartState } from "@/charts/panel-state";
import styles from "@/charts/panels.module.css";
import { ErrorBoundary } from "@/components/notices";

interface PanelGridProps {
  readonly metrics: readonly PanelMetric[];
  readonly runs: readonly PanelRun[];
  /** Values of metrics that are no curves, by metric, then by run. */
  readonly singles: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly state: ChartState;
  readonly onChange: ChangeCharts;
  readonly onSelectRuns?: ((runIds: readonly string[]) => void) | undefined;
  /** Params by which runs can be grouped; none where grouping makes no sense. */
  readonly groupable?: readonly string[];
}

const HEIGHTS = { low: 180, medium: 240, high: 340 } as const;

/** Panels in sections by prefix: one for each curve, one a section for what has single values. */
export function PanelGrid({ metrics, runs, singles, state, onChange, onSelectRuns, groupable = [] }: PanelGridProps) {
  const sections = useMemo(() => panelSections(metrics, state.panels, state.folded), [metrics, state.panels, state.folded]);
  const height = HEIGHTS[state.tall];
  const columns = state.grid ? `repeat(${state.grid}, minmax(0, 1fr))` : "repeat(auto-fill, minmax(min(100%, 380px), 1fr))";
  const toggle = (name: string) => onChange({ folded: state.folded.includes(name) ? state.folded.filter((one) => one !== name) : [...state.folded, name] });
  return (
    <div className={styles.grid}>
      <PanelBar metrics={metrics} state={state} onChange={onChange} groupable={groupable} nPanels={sections.reduce((sum, { curves }) => sum + curves.length, 0)} />
      {sections.map((section) => (
        <div key={section.name} className={styles.section}>
          {sections.length > 1 || section.name ? (
            <button type="button" aria-expanded={section.isOpen} onClick={() => toggle(section.name)}>
              {section.isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
              {section.name || "metrics"} <span>{section.curves.length + section.singles.length}</span>
            </button>
          ) : null}
          {section.isOpen ? (
            <div className={styles.panels} style={{ gridTemplateColumns: columns }}>
              {section.curves.map(({ key, direction }) => (
                <WhenNear key={key} height={height}>
                  <ErrorBoundary what={`${key} cannot be drawn.`}>
                    <SinglePanel name={key} {...{ direction, runs, state, onChange, onSelectRuns, height }} />
                  </ErrorBoundary>
                </WhenNear>
              ))}
              {section.singles.length ? <Singles members={section.singles} {...{ singles, runs, height }} /> : null}
            </div>
          ) : null}
        </div>
      ))}
    </div>
  );
}

interface SinglePanelProps extends Pick<PanelGridProps, "runs" | "state" | "onChange" | "onSelectRuns"> {
  readonly name: string;
  readonly direction: "lower" | "higher" | undefined;
  readonly height: number;
}

function SinglePanel({ name, ...rest }: SinglePanelProps) {
  const metrics = useMemo(() => [name], [name]);
  return <LinePanel title={name} metrics={metrics} {...rest} />;
}

interface SinglesProps extends Pick<PanelGridProps, "singles" | "runs"> {
  readonly members: readonly PanelMetric[];
  readonly height: number;
}

function Singles({ members, singles, runs, height }: SinglesProps) {
  const metrics: readonly SingleMetric[] = members.map(({ key, direction }) => ({ key, direction, values: singles.get(key) ?? new Map() }));
  return <DotPanel title={`single values (${members.length})`} metrics={metrics} runs={runs} height={height} />;
}

/** Mounts its children when they come near the screen, so that what nobody sees costs nothing. */
function WhenNear({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    if (!ref.current) return undefined;
    const observer = new IntersectionObserver(([entry]) => setIsNear(entry?.isIntersecting ?? false), { rootMargin: "200px" });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={ref} style={{ minHeight: height, minWidth: 0 }}>
      {isNear ? children : null}
    </div>
  );
}
