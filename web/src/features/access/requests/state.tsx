import { useWords } from "@/infra/words";
import { Glyph, type GlyphName } from "@/ui/glyph";
import type { Request } from "../data";
import { w } from "../words";
import css from "./requests.module.css";

const states = ["open", "approved", "refused", "withdrawn"] as const;
const glyphs: Record<(typeof states)[number], GlyphName> = { open: "clock", approved: "check", refused: "close", withdrawn: "undo" };

/** State is how far a request has come: shape and word. One that waits for whoever looks is loud. */
export function State({ request, forMe }: { request: Pick<Request, "state">; forMe: boolean }) {
  const t = useWords(w);
  const state = states.find((s) => s === request.state) ?? "open";
  return (
    <span className={css.state} data-state={state} data-loud={forMe || undefined}>
      <Glyph name={glyphs[state]} size={14} /> {forMe ? t("requests.forMe") : t(`state.${state}`)}
    </span>
  );
}
