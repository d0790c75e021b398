import "@/styles/tokens.css";
import "@/styles/page.css";

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { BOOTSTRAP } from "@/api/bootstrap";
import { queryClient } from "@/app/query-client";
import { redirectOldLink } from "@/app/redirects";
import { router } from "@/app/router";
import { followSystemTheme } from "@/app/theme";
import { TipProvider } from "@/components/overlays";
import { startLive } from "@/live/connection";

setNonce(BOOTSTRAP.nonce);
redirectOldLink();
followSystemTheme();
startLive();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <TipProvider>
          <RouterProvider router={router} />
        </TipProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
