import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";

import { chooseTheme, useTheme } from "@/app/theme";
import { BottomBar } from "@/app/shell/bottom-bar";
import { Rail } from "@/app/shell/rail";
import styles from "@/app/shell/shell.module.css";
import { keyListener, useCommands } from "@/components/commands";
import { ErrorBoundary, ProgressLine } from "@/components/notices";
import { Toasts } from "@/components/toasts";
import { useViewHistory } from "@/url/navigation";
import { PATHS } from "@/url/paths";

const Palette = lazy(() => import("@/app/shell/palette").then(({ Palette }) => ({ default: Palette })));
const KeysHelp = lazy(() => import("@/app/shell/keys-help").then(({ KeysHelp }) => ({ default: KeysHelp })));

type Opened = "none" | "palette" | "keys";

/** What stands around every page: the rail, the palette, the keys, the messages. */
export function Shell() {
  const [opened, setOpened] = useState<Opened>("none");
  const [isNarrow, setIsNarrow] = useState(false);
  const isLoading = useRouterState({ select: (state) => state.isLoading });
  useGlobalCommands({ open: setOpened, fold: () => setIsNarrow((narrow) => !narrow) });
  useEffect(() => {
    const listener = keyListener();
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  const close = () => setOpened("none");
  return (
    <div className={styles.shell}>
      <button type="button" className={styles.skip} onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <Rail isNarrow={isNarrow} onSearch={() => setOpened("palette")} onKeys={() => setOpened("keys")} />
      <div className={styles.content}>
        <ProgressLine isBusy={isLoading} words="Loading the page" />
        <ErrorBoundary what="This page cannot be shown.">
          <Suspense>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </div>
      <BottomBar onSearch={() => setOpened("palette")} />
      <Suspense>
        {opened === "palette" ? <Palette onClose={close} /> : null}
        {opened === "keys" ? <KeysHelp onClose={close} /> : null}
      </Suspense>
      <Toasts />
    </div>
  );
}

interface Openers {
  readonly open: (what: Opened) => void;
  readonly fold: () => void;
}

function useGlobalCommands({ open, fold }: Openers): void {
  const navigate = useNavigate();
  const { undo, redo } = useViewHistory();
  const choice = useTheme((theme) => theme.choice);
  const to = (path: string) => () => void navigate({ to: path });
  useCommands([
    { name: "palette", words: "Search and commands", group: "Go to", keys: ["Mod+k"], run: () => open("palette") },
    { name: "go-home", words: "Home", group: "Go to", keys: ["g then h"], run: to(PATHS.home) },
    { name: "go-experiments", words: "Experiments", group: "Go to", keys: ["g then e"], run: to(PATHS.experiments) },
    { name: "go-datasets", words: "Datasets", group: "Go to", keys: ["g then d"], run: to(PATHS.datasets) },
    { name: "keys", words: "Keyboard shortcuts", group: "View", keys: ["?"], run: () => open("keys") },
    { name: "fold-rail", words: "Fold or unfold the rail", group: "View", keys: ["\\"], run: fold },
    { name: "undo", words: "Undo the last change of the view", group: "View", keys: ["z"], run: undo },
    { name: "redo", words: "Redo the change of the view", group: "View", keys: ["Shift+z"], run: redo },
    { name: "theme-light", words: "Light theme", group: "View", run: () => chooseTheme("light") },
    { name: "theme-dark", words: "Dark theme", group: "View", run: () => chooseTheme("dark") },
    { name: "theme-system", words: `Theme of the system${choice === "system" ? " (now)" : ""}`, group: "View", run: () => chooseTheme("system") },
  ]);
}
