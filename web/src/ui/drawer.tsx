import { Drawer as AntDrawer, Button } from "antd";
import { type ReactNode, useId } from "react";
import { useWords } from "@/infra/words";
import css from "./drawer.module.css";
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

/** DrawerBody is what a drawer says, in a column. */
export function DrawerBody({ children }: { children: ReactNode }) {
  return <div className={css.body}>{children}</div>;
}

/** DrawerFoot has the buttons of a drawer, the one that leads on at the end. */
export function DrawerFoot({ children }: { children: ReactNode }) {
  return <div className={css.foot}>{children}</div>;
}

interface FormDrawerProps {
  open?: boolean;
  onClose: () => void;
  title: ReactNode;
  /** action is the verb of the button, ready says that it may be pressed and busy that it was. */
  action: string;
  ready: boolean;
  busy: boolean;
  danger?: boolean;
  onSubmit: () => void;
  children: ReactNode;
}

/** FormDrawer asks for something beside the page; Enter in a field does what the button does. */
export function FormDrawer({ open = true, onClose, title, action, ready, busy, danger, onSubmit, children }: FormDrawerProps) {
  const t = useWords(w);
  const id = useId();
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <DrawerFoot>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="primary" htmlType="submit" form={id} danger={danger} disabled={!ready} loading={busy}>
            {action}
          </Button>
        </DrawerFoot>
      }
    >
      <form
        id={id}
        className={css.body}
        onSubmit={(e) => {
          e.preventDefault();
          if (ready && !busy) onSubmit();
        }}
      >
        {children}
      </form>
    </Drawer>
  );
}
