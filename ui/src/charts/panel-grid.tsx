import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";

import { DotPanel, type SingleMetric } from "@/charts/dot-panel";
import type { PanelRun } from "@/charts/line-chart";
import { DRAGGED_PANEL, LinePanel } from "@/charts/line-panel";
import { inOrder, keysOfPanel, movedPanel, titleOfPanel } from "@/charts/made-panels";
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
  /** The run from whose curves others can be taken. */
  readonly base?: string | undefined;
}

const HEIGHTS = { low: 180, medium: 240, high: 340 } as const;

/** Panels in sections by prefix: one for each curve, one a section for what has single values. */
export function PanelGrid({ metrics, runs, singles, state, onChange, onSelectRuns, groupable = [], base }: PanelGridProps) {
  const sections = useMemo(() => panelSections(metrics, state.panels, state.folded), [metrics, state.panels, state.folded]);
  const height = HEIGHTS[state.tall];
  const columns = state.grid ? `repeat(${state.grid}, minmax(0, 1fr))` : "repeat(auto-fill, minmax(min(100%, 380px), 1fr))";
  const toggle = (name: string) => onChange({ folded: state.folded.includes(name) ? state.folded.filter((one) => one !== name) : [...state.folded, name] });
  const move = (curves: readonly PanelMetric[], moved: string, before: string) => onChange({ order: movedPanel(inOrder(curves, state.order, ({ key }) => key).map(({ key }) => key), state.order, moved, before) });
  return (
    <div className={styles.grid}>
      <PanelBar metrics={metrics} state={state} onChange={onChange} groupable={groupable} base={base} nPanels={sections.reduce((sum, { curves }) => sum + curves.length, 0)} />
      {state.made.length ? (
        <div className={styles.panels} style={{ gridTemplateColumns: columns }}>
          {state.made.map((made) => (
            <WhenNear key={made} height={height} onDrop={(moved) => onChange({ made: movedMade(state.made, moved, made) })}>
              <ErrorBoundary what={`${made} cannot be drawn.`}>
                <MadePanel made={made} {...{ metrics, runs, state, onChange, onSelectRuns, height, base }} />
              </ErrorBoundary>
            </WhenNear>
          ))}
        </div>
      ) : null}
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
              {inOrder(section.curves, state.order, ({ key }) => key).map(({ key, direction }) => (
                <WhenNear key={key} height={height} onDrop={(moved) => move(section.curves, moved, key)}>
                  <ErrorBoundary what={`${key} cannot be drawn.`}>
                    <SinglePanel name={key} {...{ direction, runs, state, onChange, onSelectRuns, height, base }} />
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

interface SinglePanelProps extends Pick<PanelGridProps, "runs" | "state" | "onChange" | "onSelectRuns" | "base"> {
  readonly name: string;
  readonly direction: "lower" | "higher" | undefined;
  readonly height: number;
}

function SinglePanel({ name, ...rest }: SinglePanelProps) {
  const metrics = useMemo(() => [name], [name]);
  return <LinePanel title={name} metrics={metrics} {...rest} />;
}

interface MadePanelProps extends Omit<SinglePanelProps, "name" | "direction"> {
  readonly made: string;
  readonly metrics: readonly PanelMetric[];
}

/** A panel that somebody added. */
function MadePanel({ made, metrics, ...rest }: MadePanelProps) {
  const { state, onChange } = rest;
  const keys = useMemo(() => keysOfPanel(made), [made]);
  const direction = keys.length === 1 ? metrics.find(({ key }) => key === keys[0])?.direction : undefined;
  return <LinePanel title={titleOfPanel(keys)} metrics={keys} direction={direction} onRemove={() => onChange({ made: state.made.filter((one) => one !== made) })} {...rest} />;
}

function movedMade(made: readonly string[], moved: string, before: string): readonly string[] {
  const own = made.find((one) => titleOfPanel(keysOfPanel(one)) === moved);
  if (own === undefined || own === before) return made;
  const others = made.filter((one) => one !== own);
  return others.toSpliced(others.indexOf(before), 0, own);
}

interface SinglesProps extends Pick<PanelGridProps, "singles" | "runs"> {
  readonly members: readonly PanelMetric[];
  readonly height: number;
}

function Singles({ members, singles, runs, height }: SinglesProps) {
  const metrics: readonly SingleMetric[] = members.map(({ key, direction }) => ({ key, direction, values: singles.get(key) ?? new Map() }));
  return <DotPanel title={`single values (${members.length})`} metrics={metrics} runs={runs} height={height} />;
}

interface WhenNearProps {
  readonly height: number;
  /** Called with the title of a panel that was dropped here. */
  readonly onDrop: (title: string) => void;
  readonly children: ReactNode;
}

/** Mounts its children when they come near the screen, so that what nobody sees costs nothing. */
function WhenNear({ height, onDrop, children }: WhenNearProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    if (!ref.current) return undefined;
    const observer = new IntersectionObserver(([entry]) => setIsNear(entry?.isIntersecting ?? false), { rootMargin: "200px" });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={ref}
      style={{ minHeight: height, minWidth: 0 }}
      onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED_PANEL) && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const moved = event.dataTransfer.getData(DRAGGED_PANEL);
        if (moved) onDrop(moved);
      }}
    >
      {isNear ? children : null}
    </div>
  );
}
