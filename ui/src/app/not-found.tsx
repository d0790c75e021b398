import { useLocation } from "@tanstack/react-router";

import { Link } from "@/components/link";
import { EmptyState } from "@/components/notices";
import { Page } from "@/components/page";
import { PATHS } from "@/url/paths";

/** Says which address leads nowhere. */
export function NotFound() {
  const path = useLocation({ select: (place) => place.pathname });
  return (
    <Page title="Not found">
      <EmptyState title={`There is no page at ${path}`}>
        <p>
          Search with Ctrl K, or go to <Link to={PATHS.experiments}>all experiments</Link>.
        </p>
      </EmptyState>
    </Page>
  );
}
