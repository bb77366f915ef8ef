import { Popover, Tooltip } from "antd";
import { useWords } from "@/infra/words";
import { cellText, isNumeric, pretty } from "./cell";
import css from "./grid.module.css";
import { IconButton } from "./menu";
import { Null } from "./text";
import { toast } from "./toast";
import { w } from "./words";

interface CellViewProps {
  id: string;
  value: unknown;
  type: string;
  left: number;
  width: number;
  column: number;
  active: boolean;
  problem?: string;
  open: boolean;
  onOpen: (open: boolean) => void;
}

/** CellView is one value in a grid; its whole text, which may be long, is in a pop-over. */
export function CellView({ id, value, type, left, width, column, active, problem, open, onOpen }: CellViewProps) {
  const t = useWords(w);
  const text = cellText(value);
  const none = value === null || value === undefined;
  const body = (
    <div id={id} role="gridcell" aria-colindex={column} aria-selected={active} aria-invalid={problem ? true : undefined} className={css.cell} data-active={active || undefined} data-wrong={problem ? true : undefined} data-number={isNumeric(type) || undefined} data-code={isNumeric(type) || /^(time|date|json|bytes|array|map|struct)/i.test(type) || undefined} style={{ left, width }} onClick={() => onOpen(false)} onDoubleClick={() => onOpen(true)}>
      {none ? <Null /> : text === "" ? <span className={css.blank}>""</span> : text.length > 200 ? `${text.slice(0, 200)}…` : text}
    </div>
  );
  if (!open) return problem ? <Tooltip title={problem}>{body}</Tooltip> : body;
  return (
    <Popover
      open
      onOpenChange={(next) => onOpen(next)}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      content={
        <div className={css.whole} role="dialog" aria-label={t("showValue")}>
          {problem ? <p className={css.problem}>{problem}</p> : null}
          <pre>{pretty(value)}</pre>
          <IconButton
            small
            glyph="copy"
            label={t("copy")}
            onClick={() => {
              void navigator.clipboard.writeText(text);
              toast(t("copied"));
            }}
          />
        </div>
      }
    >
      {body}
    </Popover>
  );
}
