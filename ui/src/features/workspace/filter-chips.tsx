import { X } from "lucide-react";

import { clausesOf } from "@/features/workspace/filters";
import styles from "@/features/workspace/filter-bar.module.css";

interface FilterChipsProps {
  readonly q: string;
  readonly onChange: (q: string) => void;
}

/** The conditions of a filter, each to be taken away with a click. */
export function FilterChips({ q, onChange }: FilterChipsProps) {
  const clauses = clausesOf(q);
  if (clauses.length < 2) return null;
  return (
    <div className={styles.chips} role="group" aria-label="Conditions">
      {clauses.map((clause, place) => (
        <button key={`${place} ${clause}`} type="button" title={`Take away ${clause}`} aria-label={`Take away ${clause}`} onClick={() => onChange(clauses.filter((_, other) => other !== place).join(" and "))}>
          {clause}
          <X size={12} aria-hidden />
        </button>
      ))}
    </div>
  );
}
