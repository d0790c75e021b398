import { Link as RouterLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, ReactNode } from "react";

import type { Search } from "@/url/search";

interface LinkProps extends Pick<AnchorHTMLAttributes<HTMLAnchorElement>, "title" | "aria-label" | "aria-current" | "onClick"> {
  readonly className?: string | undefined;
  /** A path of `url/paths.ts`. */
  readonly to: string;
  readonly search?: Search;
  readonly children: ReactNode;
}

const EXACT = { exact: true, includeSearch: false } as const;

/** A link within the UI; pointing at it fetches what it leads to. */
export function Link({ to, search = {}, children, ...rest }: LinkProps) {
  return (
    <RouterLink to={to} search={search} preload="intent" activeOptions={EXACT} {...rest}>
      {children}
    </RouterLink>
  );
}
