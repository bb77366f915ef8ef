import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useWords } from "@/infra/words";
import css from "./split.module.css";
import { w } from "./words";

interface SplitProps {
  /** name is under which the size is remembered on this machine. */
  name: string;
  /** side is where the region of the given size stands; the other takes the rest. */
  side: "left" | "right" | "bottom" | "top";
  size: number;
  min?: number;
  max?: number;
  /** panel is the sized region; none leaves all the room to the children. */
  panel: ReactNode;
  children: ReactNode;
}

const step = 16;

function kept(name: string): number {
  return Number(localStorage.getItem(`millrace.split.${name}`)) || 0;
}

/** Split divides a region in two; the line between them is dragged, or moved with the arrow keys. */
export function Split({ name, side, size, min = 160, max = 720, panel, children }: SplitProps) {
  const t = useWords(w);
  const [now, setNow] = useState(() => kept(name) || size);
  const drag = useRef<{ from: number; at: number } | undefined>(undefined);
  const across = side === "left" || side === "right";
  const sign = side === "left" || side === "top" ? 1 : -1;
  const set = (next: number) => {
    const fit = Math.round(Math.min(max, Math.max(min, next)));
    setNow(fit);
    localStorage.setItem(`millrace.split.${name}`, String(fit));
  };
  const onPointerDown = (e: PointerEvent<HTMLDivElement>) => {
    e.currentTarget.setPointerCapture(e.pointerId);
    drag.current = { from: now, at: across ? e.clientX : e.clientY };
  };
  const onPointerMove = (e: PointerEvent<HTMLDivElement>) => {
    if (drag.current) set(drag.current.from + sign * ((across ? e.clientX : e.clientY) - drag.current.at));
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const forward = across ? "ArrowRight" : "ArrowDown";
    const back = across ? "ArrowLeft" : "ArrowUp";
    if (e.key !== forward && e.key !== back) return;
    e.preventDefault();
    set(now + (e.key === forward ? sign : -sign) * step);
  };
  const line = (
    <div
      className={css.line}
      role="separator"
      tabIndex={0}
      aria-orientation={across ? "vertical" : "horizontal"}
      aria-label={t("resize")}
      aria-valuenow={now}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (drag.current = undefined)}
      onDoubleClick={() => set(size)}
      onKeyDown={onKeyDown}
    />
  );
  const region = (
    <div className={css.panel} style={across ? { width: now } : { height: now }}>
      {panel}
    </div>
  );
  const first = side === "left" || side === "top";
  if (panel === null || panel === undefined || panel === false) return (
    <div className={css.split}>
      <div className={css.rest}>{children}</div>
    </div>
  );
  return (
    <div className={css.split} data-across={across || undefined}>
      {first ? region : <div className={css.rest}>{children}</div>}
      {line}
      {first ? <div className={css.rest}>{children}</div> : region}
    </div>
  );
}
