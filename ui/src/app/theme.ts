import { create } from "zustand";

/** What the reader chose. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "assay.theme";
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function kept(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

export const useTheme = create<{ readonly choice: ThemeChoice }>(() => ({ choice: kept() }));

/** Show a theme from now on, in this browser. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is shut off; the choice holds until the page is left.
  }
  useTheme.setState({ choice });
  apply();
}

/** Keep to the system's theme where the reader chose none and the address asks for none. */
export function followSystemTheme(): void {
  prefersDark.addEventListener("change", apply);
  apply();
}

function apply(): void {
  const asked = new URLSearchParams(location.search).get("theme");
  const choice = asked === "light" || asked === "dark" ? asked : useTheme.getState().choice;
  document.documentElement.dataset["theme"] = choice === "system" ? (prefersDark.matches ? "dark" : "light") : choice;
}
