import { useState } from "react";

import { AddPanel } from "@/charts/add-panel";
import { useCommands } from "@/components/commands";
import { Button } from "@/components/button";
import { Checkbox, Select, TextField } from "@/components/fields";
import { Popover } from "@/components/overlays";
import type { PanelMetric } from "@/charts/panel-sections";
import { BANDS, CENTERS, type ChangeCharts, type ChartState, HEIGHTS, type Smoothing } from "@/charts/panel-state";
import styles from "@/charts/panels.module.css";

interface PanelBarProps {
  readonly metrics: readonly PanelMetric[];
  readonly state: ChartState;
  readonly onChange: ChangeCharts;
  readonly groupable: readonly string[];
  readonly nPanels: number;
  readonly base: string | undefined;
}

const SMOOTHINGS = [["", "off"], ["half_life", "half-life"], ["ema", "EMA"], ["mean", "centred mean"], ["gaussian", "Gaussian"]] as const;
const FIRST_AMOUNTS: Record<Smoothing["kind"], number> = { "": 0, half_life: 10, ema: 0.9, mean: 11, gaussian: 5 };
const SCALES = ["linear", "log", "symlog"] as const;
const OUTLIERS = ["auto", "all", "percentile"] as const;
const AXES = ["step", "relative", "wall"] as const;
const MOST_AXES = 30;

/** What holds for all panels: x-axis, smoothing, scale, outliers, groups, size, and which panels there are. */
export function PanelBar({ metrics, state, onChange, groupable, nPanels, base }: PanelBarProps) {
  useChartCommands(state, onChange);
  const { sm } = state;
  const axes = [["step", "step"], ["relative", "time since start"], ["wall", "wall time"], ...metrics.slice(0, MOST_AXES).map(({ key }) => [`metrics.${key}`, key] as const)] as const;
  const isGrouped = state.group.length > 0 || state.except.length > 0;
  return (
    <div className={styles.bar}>
      <div style={{ width: 160 }}>
        <TextField label="Which panels" isLabelHidden type="search" placeholder={`Find in ${nPanels} panels`} value={state.panels} onChange={(event) => onChange({ panels: event.target.value }, { history: "replace" })} />
      </div>
      <Select label="x" value={state.x} options={axes} onPick={(x) => onChange({ x, xr: null })} />
      <Select label="smooth" value={sm.kind} options={SMOOTHINGS} onPick={(value) => onChange({ sm: smoothingOf(value) })} />
      {sm.kind ? <Amount sm={sm} onChange={onChange} /> : null}
      <Select label="y" value={state.ys} options={SCALES.map((word) => [word, word] as const)} onPick={(value) => onChange({ ys: SCALES.find((word) => word === value) ?? "linear" })} />
      <Select label="outliers" value={state.out} options={OUTLIERS.map((word) => [word, word] as const)} onPick={(value) => onChange({ out: OUTLIERS.find((word) => word === value) ?? "auto" })} />
      {groupable.length ? (
        <Popover label="Groups" trigger={<Button aria-pressed={isGrouped}>{isGrouped ? `grouped${state.except.length ? ` by all but ${state.except.length}` : ` by ${state.group.length}`}` : "Group"}</Button>}>
          <Groups {...{ state, onChange, groupable }} />
        </Popover>
      ) : null}
      <Select label="height" value={state.tall} options={HEIGHTS.map((word) => [word, word] as const)} onPick={(value) => onChange({ tall: HEIGHTS.find((word) => word === value) ?? "medium" })} />
      <Select label="columns" value={String(state.grid)} options={[["0", "as fit"], ...["1", "2", "3", "4", "5", "6"].map((word) => [word, word] as const)]} onPick={(value) => onChange({ grid: Number(value) })} />
      {base && !isGrouped ? <Checkbox checked={state.diff} onToggle={(diff) => onChange({ diff })}>minus baseline</Checkbox> : null}
      <AddPanel {...{ metrics, state, onChange }} />
      {state.xr ? <Button onClick={() => onChange({ xr: null })}>Reset zoom</Button> : null}
    </div>
  );
}

function smoothingOf(value: string): Smoothing {
  const kind = SMOOTHINGS.find(([one]) => one === value)?.[0] ?? "";
  return { kind, amount: FIRST_AMOUNTS[kind] };
}

function Amount({ sm, onChange }: { readonly sm: Smoothing; readonly onChange: ChangeCharts }) {
  const isShare = sm.kind === "ema";
  return (
    <div style={{ width: 72 }}>
      <TextField
        label="Amount of smoothing"
        isLabelHidden
        type="number"
        min={isShare ? 0.01 : 1}
        max={isShare ? 0.999 : 1e9}
        step={isShare ? 0.01 : 1}
        value={sm.amount}
        onChange={(event) => Number(event.target.value) > 0 && onChange({ sm: { ...sm, amount: Math.min(Number(event.target.value), isShare ? 0.999 : 1e9) } }, { history: "replace" })}
      />
    </div>
  );
}

function Groups({ state, onChange, groupable }: Pick<PanelBarProps, "state" | "onChange" | "groupable">) {
  const [isExcept, setIsExcept] = useState(state.except.length > 0);
  const chosen = isExcept ? state.except : state.group;
  const put = (names: readonly string[], except: boolean) => onChange(except ? { except: names, group: [] } : { group: names, except: [] });
  const toggle = (name: string) => put(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name], isExcept);
  return (
    <div className={styles.settings}>
      <Select label="Group runs" value={isExcept ? "except" : "by"} options={[["by", "by these"], ["except", "by all params except these"]]} onPick={(value) => {
        setIsExcept(value === "except");
        put(chosen.map((name) => (value === "except" ? name.replace(/^params\./, "") : `params.${name}`)), value === "except");
      }} />
      <div style={{ maxHeight: 220, overflow: "auto" }}>
        {groupable.map((name) => (
          <div key={name}>
            <Checkbox checked={chosen.includes(isExcept ? name.replace(/^params\./, "") : name)} onToggle={() => toggle(isExcept ? name.replace(/^params\./, "") : name)}>
              {name.replace(/^params\./, "")}
            </Checkbox>
          </div>
        ))}
      </div>
      <Select label="Line" value={state.center} options={CENTERS.map((word) => [word, word] as const)} onPick={(value) => onChange({ center: CENTERS.find((word) => word === value) ?? "mean" })} />
      <Select label="Band" value={state.band} options={BANDS.map((word) => [word, { std: "± std", stderr: "± standard error", ci95: "95 % CI", minmax: "min to max", iqr: "quartiles" }[word]] as const)} onPick={(value) => onChange({ band: BANDS.find((word) => word === value) ?? "std" })} />
      <Checkbox checked={state.thin} onToggle={(thin) => onChange({ thin })}>Draw their runs thin beneath</Checkbox>
      <Button onClick={() => onChange({ group: [], except: [] })}>No groups</Button>
    </div>
  );
}

function useChartCommands(state: ChartState, onChange: ChangeCharts): void {
  const next = <Word extends string>(words: readonly Word[], now: string) => words[(words.findIndex((word) => word === now) + 1) % words.length];
  useCommands([
    { name: "smooth", words: "Smoothing on or off", group: "Charts", keys: ["s"], run: () => onChange({ sm: smoothingOf(state.sm.kind ? "" : "half_life") }) },
    { name: "log-y", words: "Logarithmic y-axis on or off", group: "Charts", keys: ["l"], run: () => onChange({ ys: state.ys === "log" ? "linear" : "log" }) },
    { name: "x-axis", words: "Next kind of x-axis", group: "Charts", keys: ["a"], run: () => onChange({ x: next(AXES, state.x) ?? "step", xr: null }) },
    { name: "reset-zoom", words: "Reset zoom", group: "Charts", keys: ["r"], run: () => onChange({ xr: null }) },
    { name: "outliers", words: "Next way to treat outliers", group: "Charts", keys: ["o"], run: () => onChange({ out: next(OUTLIERS, state.out) ?? "auto" }) },
  ]);
}
