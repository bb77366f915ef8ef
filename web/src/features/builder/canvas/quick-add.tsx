import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { inputsOf, type Point } from "@/core/model/types";
import { portsOf, receiving } from "@/core/model/rules";
import { useText, useWords } from "@/infra/words";
import { Glyph, KindTile, Layer } from "@/ui/glyph";
import type { Candidate, Drawing, Spot, Wish } from "../grammar";
import { tablesQuery } from "../server";
import { w } from "../words";
import css from "./canvas.module.css";
import { useGrammar } from "./context";

interface Choice {
  key: string;
  /** words are what the search looks in. */
  words: string;
  row: ReactNode;
  pick: () => void;
}

/** QuickAdd lists what fits a spot, at the pointer: type, arrows, Enter. */
export function QuickAdd({ drawing, spot, screen, onPick, onClose }: { drawing: Drawing; spot: Spot; screen: Point; onPick: (c: Candidate) => void; onClose: () => void }) {
  const t = useWords(w);
  const text = useText();
  const grammar = useGrammar();
  const candidates = useMemo(() => grammar.quickAdd(drawing, spot), [grammar, drawing, spot]);
  const readsTables = drawing.specs.table !== undefined && (grammar.offersTables?.(drawing, spot) ?? (spot.from === undefined && spot.edge === undefined));
  const tables = useQuery({ ...tablesQuery, enabled: readsTables }).data;
  const choices = useMemo(() => {
    const out: Choice[] = candidates.flatMap((c): Choice[] =>
      c.type === "table"
        ? []
        : [
            {
              key: `${c.spec.kind}.${c.spec.name}`,
              words: `${c.spec.name} ${c.spec.title.en} ${c.spec.title.zh} ${text(c.spec.summary)}`,
              row: (
                <>
                  <KindTile kind={c.spec.kind === "source" || c.spec.kind === "sink" ? c.spec.kind : "transform"} icon={c.spec.icon} />
                  <span className={css.choiceName}>{text(c.spec.title)}</span>
                  <span className={css.choiceNote}>{c.spec.name}</span>
                </>
              ),
              pick: () => onPick(c),
            },
          ],
    );
    for (const table of readsTables ? (tables ?? []) : []) {
      out.push({
        key: `table.${table.name}`,
        words: `${table.name} ${table.layer ?? ""}`,
        row: (
          <>
            <Glyph name="table" />
            <span className={css.choiceName}>{table.name.split(".").at(-1)}</span>
            <span className={css.choiceNote}>{table.layer ? <Layer layer={table.layer} /> : null}</span>
          </>
        ),
        pick: () => onPick({ type: "table", table: table.name, kind: table.kind }),
      });
    }
    return out;
  }, [candidates, tables, readsTables, text, onPick]);
  return <Chooser title={t("add.title")} placeholder={t("add.search")} none={t("add.none")} choices={choices} screen={screen} onClose={onClose} />;
}

/** ConnectBy is connecting by keyboard: it lists the nodes, and the inputs of those with several, that a node's rows can go to. */
export function ConnectBy({ drawing, from, onPick, onClose }: { drawing: Drawing; from: string; onPick: (wish: Wish) => void; onClose: () => void }) {
  const t = useWords(w);
  const grammar = useGrammar();
  const choices = useMemo(() => {
    const { model, specs } = drawing;
    return grammar.ids(model).flatMap((to): Choice[] => {
      const node = model.nodes.find((n) => n.id === to);
      const spec = node && receiving(model, specs, node);
      const taken = spec ? portsOf(model, spec, to) : [];
      const ports = spec && spec.ports.length > 1 ? spec.ports.filter((p) => !taken.includes(p)) : [undefined];
      return ports.flatMap((port): Choice[] => {
        const wish: Wish = { from, to, ...(port ? { toHandle: port } : {}) };
        if (grammar.refusal(drawing, wish)) return [];
        const kind = node && specs.ofNode(node.component, inputsOf(model, to).length > 0)?.kind;
        return [
          {
            key: `${to} ${port ?? ""}`,
            words: `${to} ${port ?? ""}`,
            row: (
              <>
                <KindTile kind={kind === "sink" ? "sink" : "transform"} icon={spec?.icon} />
                <span className={css.choiceName}>{to}</span>
                <span className={css.choiceNote}>{port ? t("connect.input", { port }) : (spec?.name ?? "")}</span>
              </>
            ),
            pick: () => onPick(wish),
          },
        ];
      });
    });
  }, [drawing, grammar, from, onPick, t]);
  const box = document.querySelector(`.react-flow__node[data-id="${CSS.escape(from)}"]`)?.getBoundingClientRect();
  const screen = box ? { x: box.right + 12, y: box.top } : { x: innerWidth / 2, y: innerHeight / 3 };
  return <Chooser title={t("connect.title", { node: from })} placeholder={t("connect.search")} none={t("connect.none")} choices={choices} screen={screen} onClose={onClose} />;
}

/** The most that is listed at once; who looks for more types. */
const most = 60;

function Chooser({ title, placeholder, none, choices, screen, onClose }: { title: string; placeholder: string; none: string; choices: readonly Choice[]; screen: Point; onClose: () => void }) {
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const wanted = search.toLowerCase().split(/\s+/).filter((s) => s !== "");
  const found = choices.filter((c) => wanted.every((word) => c.words.toLowerCase().includes(word))).slice(0, most);
  const active = Math.min(at, found.length - 1);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  useEffect(() => {
    const outside = (e: PointerEvent) => {
      if (e.target instanceof globalThis.Node && !box.current?.contains(e.target)) onClose();
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  }, [onClose]);
  // Who opened it by keyboard goes on where they were.
  useEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    return () => {
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus({ preventScroll: true });
    };
  }, []);
  const onKey = (key: string): boolean => {
    if (key === "ArrowDown") setAt(Math.min(active + 1, found.length - 1));
    else if (key === "ArrowUp") setAt(Math.max(active - 1, 0));
    else if (key === "Enter") found[active]?.pick();
    else if (key === "Escape" || key === "Tab") onClose();
    else return false;
    return true;
  };
  const left = Math.max(8, Math.min(screen.x, innerWidth - 288));
  const top = Math.max(8, Math.min(screen.y, innerHeight - 340));
  return createPortal(
    <div ref={box} className={css.chooser} style={{ left, top }} role="dialog" aria-label={title}>
      <input
        className={css.chooserSearch}
        ref={field}
        value={search}
        placeholder={placeholder}
        role="combobox"
        aria-label={title}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found[active] ? `${id}-${active}` : undefined}
        onChange={(e) => {
          setSearch(e.target.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          e.stopPropagation();
          if (onKey(e.key)) e.preventDefault();
        }}
      />
      <div id={id} className={css.choices} role="listbox" aria-label={title}>
        {found.map((c, i) => (
          <div key={c.key} id={`${id}-${i}`} role="option" aria-selected={i === active} className={css.choice} onPointerMove={() => setAt(i)} onClick={c.pick}>
            {c.row}
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={css.none}>{none}</p> : null}
    </div>,
    document.body,
  );
}
