import { useNavigate } from "react-router";
import { mayStart, mayStop } from "@/core/pipeline";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { IconButton, Menu, type MenuItem } from "@/ui/menu";
import { useLine } from "./data";
import { useMoves } from "./moves";
import { pipelineWords } from "./words";

/** RowActions are what one can ask of the pipeline of a row. They show where the pointer or the focus is. */
export function RowActions({ id }: { id: string }) {
  const t = useWords(pipelineWords);
  const can = useCan();
  const navigate = useNavigate();
  const line = useLine(id);
  const { one } = useMoves();
  if (!line) return null;
  const model = line.document ? () => navigate(`/models/${line.document}`) : undefined;
  const items: MenuItem[] = [{ key: "open", label: t("action.open"), glyph: "arrowRight", onClick: () => navigate(`/pipelines/${id}`) }];
  if (model) items.push({ key: "model", label: t("action.openModel"), glyph: "model", onClick: model });
  if (can("operate") && mayStop(line)) {
    items.push({ key: "restart", label: t("action.restart"), glyph: "restart", onClick: () => one(id, "restart") });
    items.push({ key: "drain", label: t("action.stopDrain"), why: t("action.stopDrainNote"), glyph: "stop", onClick: () => one(id, "stop") });
    items.push({ key: "now", label: t("action.stopNow"), why: t("action.stopNowNote"), glyph: "stop", danger: true, onClick: () => one(id, "stop", "now") });
  }
  return (
    <>
      {can("operate") && mayStart(line) ? <IconButton glyph="play" label={t("action.of", { action: t("action.start"), name: line.name })} onClick={() => one(id, "start")} /> : null}
      {can("operate") && mayStop(line) && !mayStart(line) ? (
        <IconButton glyph="stop" label={t("action.of", { action: t("action.stop"), name: line.name })} onClick={() => one(id, "stop")} />
      ) : null}
      <Menu items={items} label={t("action.more", { name: line.name })} />
    </>
  );
}
