import { Input } from "antd";
import { useState } from "react";
import { isId } from "@/core/model/ops";
import { useWords } from "@/infra/words";
import { useBuilderStore } from "../state";
import { w } from "../words";
import css from "./inspector.module.css";

/** NameField renames a node when it is left or Enter is pressed; what cannot be a name, or is one already, says so and changes nothing. */
export function NameField({ name, readOnly, onRename }: { name: string; readOnly: boolean; onRename: (to: string) => void }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const [draft, setDraft] = useState<string>();
  const { nodes, entities } = store.getState().model;
  const wrong = draft === undefined || draft === name ? undefined : !isId(draft) ? t("inspect.idWrong") : [...nodes, ...entities].some((n) => n.id === draft) ? t("inspect.idTaken") : undefined;
  if (readOnly) return <h2 className={css.title}>{name}</h2>;
  return (
    <>
      <Input
        className={css.name}
        variant="borderless"
        aria-label={t("inspect.id")}
        aria-invalid={wrong !== undefined}
        value={draft ?? name}
        status={wrong ? "error" : undefined}
        onChange={(e) => setDraft(e.target.value)}
        onBlur={() => {
          if (draft !== undefined && draft !== name && !wrong) onRename(draft);
          setDraft(undefined);
        }}
        onKeyDown={(e) => {
          if (e.key === "Enter") e.currentTarget.blur();
          if (e.key === "Escape") setDraft(undefined);
        }}
      />
      {wrong ? (
        <span className={css.wrong} role="alert">
          {wrong}
        </span>
      ) : null}
    </>
  );
}

/** NoteField is a text of several lines. */
export function NoteField({ value, placeholder, readOnly, onChange, label }: { value: string; placeholder: string; readOnly: boolean; onChange: (value: string) => void; label?: string }) {
  return <Input.TextArea aria-label={label ?? placeholder} value={value} placeholder={placeholder} readOnly={readOnly} autoSize={{ minRows: 2, maxRows: 8 }} onChange={(e) => onChange(e.target.value)} />;
}
