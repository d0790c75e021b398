import type { InputHTMLAttributes, ReactNode, Ref, SelectHTMLAttributes } from "react";

import { Button } from "@/components/button";
import styles from "@/components/controls.module.css";

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  /** Always said; shown above the field unless `isLabelHidden`. */
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line of text. */
export function TextField({ label, isLabelHidden = false, ...rest }: TextFieldProps) {
  if (isLabelHidden) return <input {...rest} aria-label={label} className={styles.field} />;
  return (
    <label className={styles.label}>
      {label}
      <input {...rest} className={styles.field} />
    </label>
  );
}

interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, "onChange"> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onPick: (value: string) => void;
}

/** One of a few choices, as the platform shows them. */
export function Select({ label, isLabelHidden = false, options, onPick, ...rest }: SelectProps) {
  const box = (
    <select {...rest} aria-label={label} className={styles.field} onChange={(event) => onPick(event.target.value)}>
      {options.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
  return isLabelHidden ? box : <label className={styles.label}>{label}{box}</label>;
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "onToggle"> {
  readonly children: ReactNode;
  readonly onToggle: (isOn: boolean) => void;
}

/** A box to tick. */
export function Checkbox({ children, onToggle, ...rest }: CheckboxProps) {
  return (
    <label className={styles.check}>
      <input {...rest} type="checkbox" onChange={(event) => onToggle(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

interface SegmentsProps<Word extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: Word, words: string])[];
  readonly value: Word;
  readonly onPick: (value: Word) => void;
}

/** A few choices side by side, one of them taken. */
export function Segments<Word extends string>({ label, options, value, onPick }: SegmentsProps<Word>) {
  return (
    <fieldset aria-label={label} className={styles.segments}>
      {options.map(([word, words]) => (
        <Button key={word} look="quiet" aria-pressed={word === value} onClick={() => onPick(word)}>
          {words}
        </Button>
      ))}
    </fieldset>
  );
}
