import { Drawer as AntDrawer } from "antd";
import type { ReactNode } from "react";
import { useWords } from "@/infra/words";
import { Glyph } from "./glyph";
import { layerRoot } from "./layer";
import { w } from "./words";

/** Drawer shows something beside the page that is still there. */
export function Drawer({ open, onClose, title, aside, footer, width = 480, children }: { open: boolean; onClose: () => void; title: ReactNode; aside?: ReactNode; footer?: ReactNode; width?: number; children: ReactNode }) {
  const t = useWords(w);
  return (
    <AntDrawer getContainer={layerRoot} open={open} onClose={onClose} title={title} extra={aside} footer={footer} size={width} closable={{ placement: "end", "aria-label": t("close") }} closeIcon={<Glyph name="close" />} destroyOnHidden mask={{ blur: false }} styles={{ header: { padding: "10px 16px" }, body: { padding: 0 }, footer: { padding: "10px 16px" } }}>
      {children}
    </AntDrawer>
  );
}
