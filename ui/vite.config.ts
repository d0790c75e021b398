import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Addresses in index.html begin with "./"; the server puts its prefix there. See server/pages.py.
export default defineConfig({
  base: "./",
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../src/assay/server/static/ui",
    emptyOutDir: true,
    assetsDir: "static-files/ui",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    sourcemap: false,
    chunkSizeWarningLimit: 5000,
    cssCodeSplit: false,
    // Few files instead of many small ones: each costs a request, and browsers make six at a time.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "base", test: /node_modules\/(react|react-dom|scheduler|@tanstack|lucide-react|zustand|use-sync-external-store|radix-ui|@radix-ui|@floating-ui|aria-hidden|react-remove-scroll|get-nonce|react-style-singleton|tslib)\/|src\/(api|app|components|format|live|url)\/(?!shell\/(palette|keys-help))|src\/charts\/(palette|hover)|^.?rolldown/ },
            { name: "workspace", test: /src\/features\/workspace\/(?!explore|media|note|tree|workspace-charts|use-shown-metrics|inspector)/ },
            { name: "charts", test: /src\/charts\/(?!palette|hover|value-axis|parallel|pareto|regression|run-columns)/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: { "/api": "http://127.0.0.1:5000", "/ajax-api": "http://127.0.0.1:5000" },
  },
  test: { environment: "jsdom", css: true, include: ["src/**/*.test.{ts,tsx}"] },
});
