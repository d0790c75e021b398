import { Database, FlaskConical, House, Keyboard, Moon, Search, Star, Sun } from "lucide-react";
import type { ReactNode } from "react";

import { chooseTheme, useTheme } from "@/app/theme";
import styles from "@/app/shell/shell.module.css";
import { Link } from "@/components/link";
import { useStarredExperiments } from "@/live/stars";
import { PATHS } from "@/url/paths";

interface RailProps {
  readonly isNarrow: boolean;
  readonly onSearch: () => void;
  readonly onKeys: () => void;
}

/** The places to go to, at the left edge. */
export function Rail({ isNarrow, onSearch, onKeys }: RailProps) {
  const starred = useStarredExperiments();
  const choice = useTheme((theme) => theme.choice);
  const isDark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return (
    <nav aria-label="Main" className={styles.rail} data-narrow={isNarrow || undefined}>
      <Link to={PATHS.home} className={styles.brand} title="assay">
        <span className={styles.words}>assay</span>
      </Link>
      <Entry to={PATHS.home} words="Home" icon={<House size={16} aria-hidden />} />
      <Entry to={PATHS.experiments} words="Experiments" icon={<FlaskConical size={16} aria-hidden />} />
      <Entry to={PATHS.datasets} words="Datasets" icon={<Database size={16} aria-hidden />} />
      {starred.length ? (
        <div className={styles.starred}>
          <span className={styles.words}>Starred</span>
          {starred.map(({ id, name }) => <Entry key={id} to={PATHS.experiment(id)} words={name} icon={<Star size={16} aria-hidden />} />)}
        </div>
      ) : null}
      <div className={styles.end}>
        <Doing words="Search" icon={<Search size={16} aria-hidden />} onClick={onSearch} />
        <Doing words={isDark ? "Light theme" : "Dark theme"} icon={isDark ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />} onClick={() => chooseTheme(isDark ? "light" : "dark")} />
        <Doing words="Keys" icon={<Keyboard size={16} aria-hidden />} onClick={onKeys} />
      </div>
    </nav>
  );
}

function Entry({ to, words, icon }: { readonly to: string; readonly words: string; readonly icon: ReactNode }) {
  return (
    <Link to={to} className={styles.entry} title={words} aria-label={words}>
      {icon}
      <span className={styles.words}>{words}</span>
    </Link>
  );
}

function Doing({ words, icon, onClick }: { readonly words: string; readonly icon: ReactNode; readonly onClick: () => void }) {
  return (
    <button type="button" className={styles.entry} title={words} aria-label={words} onClick={onClick}>
      {icon}
      <span className={styles.words}>{words}</span>
    </button>
  );
}
