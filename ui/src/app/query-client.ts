import { QueryClient } from "@tanstack/react-query";

import { RequestFailed } from "@/api/errors";

const TRIES = 3;

/** What the server said, kept while it is looked at; live events say when to ask again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      // The server may be on this machine, where no network says nothing.
      networkMode: "always",
      // What is refused stays refused; what did not arrive is worth another try.
      retry: (count, error) => count < TRIES && error instanceof RequestFailed && (error.isOffline || error.status >= 500),
    },
  },
});
