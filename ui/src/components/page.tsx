import { Link as LinkIcon } from "lucide-react";
import { type ReactNode, useEffect } from "react";

import { BOOTSTRAP } from "@/api/bootstrap";
import { addressOf, call } from "@/api/call";
import { messageOf } from "@/api/errors";
import { IconButton } from "@/components/button";
import { useCommands } from "@/components/commands";
import { Link } from "@/components/link";
import styles from "@/components/page.module.css";
import { say, sayError } from "@/components/toasts";
import { useLiveState } from "@/live/connection";
import { PATHS } from "@/url/paths";

interface PageProps {
  readonly title: string;
  /** What stands before the title, from the outermost: words and addresses. */
  readonly crumbs?: readonly (readonly [words: string, to: string])[];
  /** Shown instead of the plain title. */
  readonly heading?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: heading with breadcrumb, actions, copy link and the live connection. */
export function Page({ title, crumbs = [], heading, actions, children }: PageProps) {
  const live = useLiveState();
  useEffect(() => {
    document.title = `${title} · assay`;
  }, [title]);
  useCommands([{ name: "copy-link", words: "Copy link to this view", group: "View", keys: ["y"], run: () => void copyLink() }]);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div className={styles.crumbs}>
          {crumbs.length ? (
            <nav aria-label="Breadcrumb">
              {crumbs.map(([words, to]) => (
                <span key={to}>
                  <Link to={to}>{words}</Link> ›
                </span>
              ))}
            </nav>
          ) : null}
          <h1 title={title}>{heading ?? title}</h1>
        </div>
        <div className={styles.actions}>
          {actions}
          <span className={styles.live} data-state={live}>
            {live}
          </span>
          <IconButton label="Copy link" onClick={() => void copyLink()}>
            <LinkIcon size={16} aria-hidden />
          </IconButton>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles.body}>
        {children}
      </main>
    </div>
  );
}

const LONGEST_LINK = 1500;

/** Copy the address; where it is too long to be sent around, a short one that stands for it. */
async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href.length > LONGEST_LINK ? await shortLink() : location.href);
    say("Link copied.");
  } catch (error) {
    sayError(`The link was not copied: ${messageOf(error)}`);
  }
}

async function shortLink(): Promise<string> {
  const path = location.pathname.slice(BOOTSTRAP.prefix.length) || "/";
  const state = { ...Object.fromEntries(new URLSearchParams(location.search)), path };
  const { state_id } = await call("keep_state", { state: JSON.stringify(state) });
  return new URL(addressOf(PATHS.view(state_id)), location.href).href;
}
