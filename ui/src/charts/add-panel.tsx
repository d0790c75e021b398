import { Plus } from "lucide-react";
import { useState } from "react";

import { writtenPanel } from "@/charts/made-panels";
import type { PanelMetric } from "@/charts/panel-sections";
import type { ChangeCharts, ChartState } from "@/charts/panel-state";
import styles from "@/charts/panels.module.css";
import { Button } from "@/components/button";
import { Checkbox, TextField } from "@/components/fields";
import { Popover } from "@/components/overlays";

interface AddPanelProps {
  readonly metrics: readonly PanelMetric[];
  readonly state: ChartState;
  readonly onChange: ChangeCharts;
}

const MOST_LISTED = 100;

/** Adds a panel of several metrics, or of a formula over them. */
export function AddPanel({ metrics, state, onChange }: AddPanelProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [formula, setFormula] = useState("");
  const found = metrics.filter(({ key, isCurve }) => isCurve && key.toLowerCase().includes(text.toLowerCase()));
  const toggle = (key: string) => setChosen(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
  const made = writtenPanel(chosen, formula);
  const add = () => {
    onChange({ made: [...state.made.filter((one) => one !== made), made] });
    setChosen([]);
    setFormula("");
    setIsOpen(false);
  };
  return (
    <Popover label="Add a panel" isOpen={isOpen} onOpenChange={setIsOpen} align="end" trigger={<Button><Plus size={14} aria-hidden /> Panel</Button>}>
      <form
        className={styles.settings}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <TextField label="Metrics in one panel" type="search" placeholder="Find metrics" value={text} onChange={(event) => setText(event.target.value)} />
        <div style={{ maxHeight: 180, overflow: "auto" }}>
          {found.slice(0, MOST_LISTED).map(({ key }) => <div key={key}><Checkbox checked={chosen.includes(key)} onToggle={() => toggle(key)}>{key}</Checkbox></div>)}
          {found.length > MOST_LISTED ? <small>{found.length - MOST_LISTED} more; type to find them.</small> : null}
        </div>
        <TextField label="or a formula" placeholder="val_loss - train_loss, ema(loss, 50)" value={formula} onChange={(event) => setFormula(event.target.value)} />
        <small>Names that are no plain words in backticks: `train/loss`.</small>
        <Button type="submit" look="primary" disabled={!made}>Add</Button>
      </form>
    </Popover>
  );
}
