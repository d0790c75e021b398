import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";

import { messageOf } from "@/api/errors";
import { Button } from "@/components/button";
import { useCommands } from "@/components/commands";
import { useIsPhone } from "@/components/use-is-phone";
import type { KeyTable } from "@/features/workspace/columns";
import { FilterChips } from "@/features/workspace/filter-chips";
import styles from "@/features/workspace/filter-bar.module.css";
import { useSuggestions } from "@/features/workspace/suggestions";
import { formatCount } from "@/format/numbers";

interface FilterBarProps {
  readonly q: string;
  readonly onChange: (q: string) => void;
  readonly keys: KeyTable | undefined;
  readonly experimentIds: readonly string[];
  /** Why the server did not understand the filter. */
  readonly refusal: unknown;
  readonly nMatching: number | undefined;
  readonly nAll: number | undefined;
  readonly tookMs: number | undefined;
  readonly children: ReactNode;
}

const SETTLED_MS = 200;
const LIST_ID = "filter-suggestions";

/** The filter as one line of text, with what it could go on with, what is wrong with it and what it finds. */
export function FilterBar({ q, onChange, keys, experimentIds, refusal, nMatching, nAll, tookMs, children }: FilterBarProps) {
  const [text, setText] = useState(q);
  const [known, setKnown] = useState(q);
  const [caret, setCaret] = useState(0);
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  // What the address says from elsewhere, by Back or a click on a column, is what stands in the field.
  if (known !== q) {
    setKnown(q);
    setText(q);
  }
  const suggestions = useSuggestions({ text, caret, keys, experimentIds, isEnabled: isOpen });
  useEffect(() => {
    if (text === q) return undefined;
    const timer = setTimeout(() => {
      setKnown(text);
      onChange(text);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text, q, onChange]);
  useCommands([{ name: "filter", words: "Filter runs", group: "Runs", keys: ["/"], run: () => input.current?.focus() }]);
  const pick = (place: number) => {
    const suggestion = suggestions[place];
    if (!suggestion) return;
    const next = text.slice(0, suggestion.start) + suggestion.insert + text.slice(caret);
    const end = suggestion.start + suggestion.insert.length;
    setText(next);
    setCaret(end);
    setChosen(-1);
    requestAnimationFrame(() => input.current?.setSelectionRange(end, end));
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && suggestions.length) setChosen((place) => (place + step + suggestions.length) % suggestions.length);
    else if (event.key === "Enter" && isOpen && chosen >= 0) pick(chosen);
    else if (event.key === "Enter") onChange(text);
    else if (event.key === "Escape" && isOpen) setIsOpen(false);
    else if (event.key === "Escape") input.current?.blur();
    else return;
    event.preventDefault();
  };
  const isPhone = useIsPhone();
  const [isSheet, setIsSheet] = useState(false);
  const isListed = isOpen && suggestions.length > 0;
  if (isPhone && !isSheet)
    return (
      <div className={styles.bar}>
        <output className={styles.result}>{resultWords(nMatching, nAll, tookMs)}</output>
        <Button aria-expanded={false} onClick={() => setIsSheet(true)}><Search size={14} aria-hidden /> {q ? "Filter set" : "Filter"}</Button>
      </div>
    );
  return (
    <div className={styles.bar} data-sheet={isPhone || undefined}>
      {isPhone ? <Button look="primary" onClick={() => setIsSheet(false)}>Show runs</Button> : null}
      <div className={styles.box}>
        <Search size={14} aria-hidden />
        <input
          ref={input}
          role="combobox"
          aria-label="Filter runs"
          aria-expanded={isListed}
          aria-controls={LIST_ID}
          aria-autocomplete="list"
          aria-activedescendant={isListed && chosen >= 0 ? `${LIST_ID}-${chosen}` : undefined}
          aria-invalid={refusal !== null}
          placeholder="metrics.val_acc > 0.9 and params.solver = 'adam', or a part of a name"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCaret(event.target.selectionStart ?? event.target.value.length);
            setIsOpen(true);
            setChosen(-1);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onKeyDown={onKey}
          onBlur={() => setIsOpen(false)}
        />
        {isListed ? (
          <div id={LIST_ID} role="listbox" aria-label="How the filter can go on" className={styles.list}>
            {suggestions.map(({ insert, note }, place) => (
              <div key={insert} id={`${LIST_ID}-${place}`} role="option" tabIndex={-1} aria-selected={place === chosen} className={styles.option} onPointerDown={(event) => {
                event.preventDefault();
                pick(place);
              }}>
                {insert}
                <small>{note}</small>
              </div>
            ))}
          </div>
        ) : null}
      </div>
      <output className={styles.result}>{resultWords(nMatching, nAll, tookMs)}</output>
      {children}
      {refusal ? null : <FilterChips q={q} onChange={onChange} />}
      {refusal ? <Refusal text={q} error={refusal} /> : null}
    </div>
  );
}

function resultWords(nMatching: number | undefined, nAll: number | undefined, tookMs: number | undefined): string {
  if (nMatching === undefined) return "";
  const took = tookMs === undefined ? "" : ` · ${Math.round(tookMs)} ms`;
  return nAll === undefined || nMatching === nAll ? `${formatCount(nMatching)} ${nMatching === 1 ? "run" : "runs"}${took}` : `${formatCount(nMatching)} of ${formatCount(nAll)} runs match${took}`;
}

/** What is wrong with the filter; the place is underlined where the server names it. */
function Refusal({ text, error }: { readonly text: string; readonly error: unknown }) {
  const message = messageOf(error);
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? NaN);
  const start = Number.isNaN(position) ? text.length : position;
  const end = start + (/^\S+/.exec(text.slice(start))?.[0].length ?? 1);
  return (
    <div role="alert" className={styles.error}>
      {message} {text.slice(Math.max(0, start - 24), start)}
      <code>{text.slice(start, end) || " "}</code>
      {text.slice(end, end + 24)} The rows are those of the last filter that was understood.
    </div>
  );
}
