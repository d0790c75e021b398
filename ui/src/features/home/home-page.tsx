import { Navigate } from "@tanstack/react-router";

import { PATHS } from "@/url/paths";

/** Where one begins. */
export function HomePage() {
  return <Navigate to={PATHS.experiments} replace />;
}
