import { Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useWords } from "@/infra/words";
import { Failure } from "./states";
import css from "./confirm.module.css";
import { layerRoot } from "./layer";
import { w } from "./words";

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** action is the verb and its object: "Delete table". */
  action: string;
  onConfirm: () => unknown;
  /** type has to be typed in first, for what cannot be brought back. */
  type?: string;
  danger?: boolean;
  children?: ReactNode;
}

/** Confirm asks before something that cannot be undone, and stays open with the reason when it fails. */
export function Confirm({ open, onClose, title, action, onConfirm, type, danger = true, children }: ConfirmProps) {
  const t = useWords(w);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      getContainer={layerRoot}
      open={open}
      title={title}
      width={440}
      centered={false}
      okText={action}
      cancelText={t("cancel")}
      okButtonProps={{ danger, disabled: type !== undefined && typed !== type }}
      confirmLoading={busy}
      onOk={() => void run()}
      onCancel={onClose}
      destroyOnHidden
      afterClose={() => {
        setTyped("");
        setProblem(undefined);
      }}
    >
      <div className={css.body}>
        {children}
        {type === undefined ? null : (
          <label className={css.type}>
            <span>{t("typeIt", { name: type })}</span>
            <Input value={typed} onChange={(e) => setTyped(e.target.value)} autoComplete="off" spellCheck={false} />
          </label>
        )}
        {problem === undefined ? null : <Failure problem={problem} what={t("notDone")} />}
      </div>
    </Modal>
  );
}
