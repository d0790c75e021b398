import { FlaskConical, House, Search } from "lucide-react";

import styles from "@/app/shell/shell.module.css";
import { Link } from "@/components/link";
import { PATHS } from "@/url/paths";

/** The places to go to, at the bottom of a phone. */
export function BottomBar({ onSearch }: { readonly onSearch: () => void }) {
  return (
    <nav aria-label="Main, for phones" className={styles.bar}>
      <Link to={PATHS.home} className={styles.entry}>
        <House size={20} aria-hidden />
        Home
      </Link>
      <Link to={PATHS.experiments} className={styles.entry}>
        <FlaskConical size={20} aria-hidden />
        Experiments
      </Link>
      <button type="button" className={styles.entry} onClick={onSearch}>
        <Search size={20} aria-hidden />
        Search
      </button>
    </nav>
  );
}
