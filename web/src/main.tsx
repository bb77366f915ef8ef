import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { newQueryClient } from "@/infra/api";
import { ThemeRoot } from "@/infra/theme";
import { preferred, startWords } from "@/infra/words";
import "@/gen/tokens.css";
import "@/ui/base.css";
import { newRouter } from "@/app/routes";

await startWords(preferred());

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={newQueryClient()}>
      <ThemeRoot>
        <RouterProvider router={newRouter()} />
      </ThemeRoot>
    </QueryClientProvider>
  </StrictMode>,
);
